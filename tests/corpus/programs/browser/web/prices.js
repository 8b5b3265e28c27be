const prices = {};

export function amount(sku) {
  const price = prices[sku];
  return price.amount * 2;
}

export function title(sku) {
  const price = prices[sku];
  return price.title.trim();
}
