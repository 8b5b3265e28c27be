const test = require('node:test');
const assert = require('node:assert');
const { Catalog } = require('./catalog_search.js');

const parts = [10, 30, 20].map((number) => ({ number, name: `part ${number}` }));

test('finds parts', () => {
  const catalog = new Catalog(parts);
  assert.strictEqual(catalog.find(20).name, 'part 20');
  assert.strictEqual(catalog.find(15), null);
});

test('adds a part at the end', () => {
  const catalog = new Catalog(parts);
  catalog.add({ number: 40, name: 'part 40' });
  assert.deepStrictEqual(catalog.names(20, 40), ['part 20', 'part 30', 'part 40']);
});

test('refuses what is there', () => {
  assert.throws(() => new Catalog(parts).add({ number: 10, name: 'again' }), /already/);
});
