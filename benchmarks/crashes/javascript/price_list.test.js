const test = require('node:test');
const assert = require('node:assert');
const { priceLines, priceScale } = require('./price_list.js');

const articles = [{ name: 'tea', cents: 1050 }, { name: 'mug', cents: 799 }, { name: 'pot', cents: 1050 }];

test('writes a line for each article', () => {
  assert.deepStrictEqual(priceLines(articles, 'us'), ['tea: $10.50', 'mug: $7.99', 'pot: $10.50']);
});

test('writes the scale of prices', () => {
  assert.strictEqual(priceScale(articles, 'de'), '7,99 € < 10,50 €');
});

test('an empty list', () => {
  assert.deepStrictEqual(priceLines([], 'us'), []);
});
