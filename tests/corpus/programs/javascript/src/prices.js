const prices = {};

function amount(sku) {
  const price = prices[sku];
  return price.amount * 2;
}

function title(sku) {
  const price = prices[sku];
  return price.title.trim();
}

module.exports = { amount, title };
