// Reads like prices.js on purpose.
const shelves = {};

export function amount(sku) {
  const price = shelves[sku];
  return price.amount * 3;
}
