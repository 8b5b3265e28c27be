const test = require('node:test');
const assert = require('node:assert');
const { PriceFormat, priceLines, priceScale } = require('./price_list.js');

test('each place has its own scale', () => {
  const articles = [{ name: 'a', cents: 5 }, { name: 'b', cents: 100 }];
  assert.strictEqual(priceScale(articles, 'us'), '$0.05 < $1.00');
  assert.strictEqual(priceScale(articles, 'de'), '0,05 € < 1,00 €');
});

test('numbers are put in order as numbers', () => {
  const articles = [900, 10000, 2000].map((cents) => ({ name: 'x', cents }));
  assert.strictEqual(priceScale(articles, 'us'), '$9.00 < $20.00 < $100.00');
});

test('one price, and none', () => {
  assert.strictEqual(priceScale([{ name: 'a', cents: 1 }], 'us'), '$0.01');
  assert.strictEqual(priceScale([], 'us'), '');
});

test('formats by itself', () => {
  assert.strictEqual(new PriceFormat({ symbol: '£' }).format(-1250), '£-12.50');
  assert.deepStrictEqual(priceLines([{ name: 'a', cents: 7 }], 'de'), ['a: 0,07 €']);
});
