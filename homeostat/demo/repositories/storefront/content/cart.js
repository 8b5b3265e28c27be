'use strict';

/** The cart's total in cents. */
function total(cart) {
  return cart.items.reduce((sum, item) => sum + item.product.price * item.count, 0);
}

/** How many things are in the cart. */
function count(cart) {
  return cart.items.reduce((sum, item) => sum + item.count, 0);
}

module.exports = { total, count };
