const test = require('node:test');
const assert = require('node:assert');
const { Catalog } = require('./catalog_search.js');

const make = (...numbers) => new Catalog(numbers.map((number) => ({ number, name: `n${number}` })));

test('an empty catalogue', () => {
  assert.strictEqual(make().find(1), null);
  const catalog = make();
  catalog.add({ number: 5, name: 'n5' });
  assert.strictEqual(catalog.find(5).name, 'n5');
});

test('a number beyond the last', () => {
  for (const size of [1, 2, 3, 4, 5, 8]) {
    const numbers = Array.from({ length: size }, (_, index) => index * 2);
    assert.strictEqual(make(...numbers).find(99), null);
    assert.strictEqual(make(...numbers).position(99), size);
  }
});

test('every part is found', () => {
  const catalog = make(1, 3, 5, 7, 9, 11, 13);
  for (const number of [1, 3, 5, 7, 9, 11, 13]) {
    assert.strictEqual(catalog.find(number).number, number);
    assert.strictEqual(catalog.find(number - 1), null);
  }
});

test('parts stay in order', () => {
  const catalog = make();
  for (const number of [5, 1, 9, 3, 7]) {
    catalog.add({ number, name: `n${number}` });
  }
  assert.deepStrictEqual(catalog.names(0, 100), ['n1', 'n3', 'n5', 'n7', 'n9']);
  assert.deepStrictEqual(catalog.names(4, 7), ['n5', 'n7']);
});
