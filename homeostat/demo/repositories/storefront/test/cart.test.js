'use strict';

const assert = require('node:assert');
const test = require('node:test');
const { total, count } = require('../content/cart.js');

test('the total adds up', () => {
  assert.strictEqual(total({ items: [{ product: { price: 250 }, count: 2 }] }), 500);
});

test('a product that was withdrawn costs nothing', () => {
  assert.strictEqual(total({ items: [{ product: undefined, count: 1 }] }), 0);
});

test('things are counted', () => {
  assert.strictEqual(count({ items: [{ count: 2 }, { count: 1 }] }), 3);
});
