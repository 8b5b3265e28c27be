const test = require('node:test');
const assert = require('node:assert');
const { columnNames, mean, readTable, sum } = require('./csv_table.js');

test('reads records', () => {
  assert.deepStrictEqual(readTable('Name;Unit price\ntea; 3\nmug;8'), [
    { name: 'tea', unit_price: '3' },
    { name: 'mug', unit_price: '8' },
  ]);
});

test('reads a whole file', () => {
  const text = 'Name;Price\ntea;3\nmug;8\n';
  assert.strictEqual(sum(text, 'price'), 11);
  assert.strictEqual(mean(text, 'price'), 5.5);
});

test('names columns', () => {
  assert.deepStrictEqual(columnNames('A;Big  B '), ['a', 'big_b']);
});
