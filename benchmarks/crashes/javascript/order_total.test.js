const test = require('node:test');
const assert = require('node:assert');
const { PriceBook, orderTotal } = require('./order_total.js');

const book = new PriceBook([
  { number: 7, cents: 1200 },
  { number: 9, cents: 300, pack: 10 },
]);

test('sums up an order', () => {
  assert.strictEqual(orderTotal('7 x 2, 9 x 12', book), 3450);
});

test('an empty order costs nothing', () => {
  assert.strictEqual(orderTotal(' , ', book), 0);
});

test('knows how many products there are', () => {
  assert.strictEqual(book.size, 2);
});
