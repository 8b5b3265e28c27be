const test = require('node:test');
const assert = require('node:assert');
const { PriceBook, orderTotal } = require('./order_total.js');

const book = new PriceBook([
  { number: 7, cents: 1200 },
  { number: 9, cents: 300, pack: 10 },
  { number: 120, cents: 2500 },
]);

test('one line', () => {
  assert.strictEqual(orderTotal('7', book), 1650);
  assert.strictEqual(orderTotal('7x1', book), 1650);
});

test('spaces mean nothing', () => {
  assert.strictEqual(orderTotal('  120   x  2  ', book), 5000);
});

test('whole packs', () => {
  assert.strictEqual(orderTotal('9 x 10', book), 750);
  assert.strictEqual(orderTotal('9 x 11', book), 1050);
});

test('free delivery', () => {
  assert.strictEqual(orderTotal('120 x 1, 7 x 2, 9 x 1', book), 5200);
  assert.strictEqual(orderTotal('120, 120', book), 5000);
});

test('an unknown product is not sold for nothing', () => {
  assert.throws(() => orderTotal('8 x 1', book));
});
