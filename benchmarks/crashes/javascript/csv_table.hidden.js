const test = require('node:test');
const assert = require('node:assert');
const { mean, readTable, sum } = require('./csv_table.js');

test('several blank lines at the end', () => {
  assert.strictEqual(readTable('a;b\n1;2\n\n\n').length, 1);
});

test('a blank line between rows', () => {
  assert.deepStrictEqual(readTable('a;b\n1;2\n\n3;4'), [
    { a: '1', b: '2' },
    { a: '3', b: '4' },
  ]);
});

test('lines of another system', () => {
  assert.strictEqual(mean('a;b\r\n1;2\r\n3;4\r\n', 'b'), 3);
});

test('only a header', () => {
  assert.deepStrictEqual(readTable('a;b\n'), []);
  assert.strictEqual(mean('a;b\n', 'b'), 0);
});

test('empty cells are kept', () => {
  assert.deepStrictEqual(readTable('a;b\n1;\n;2'), [
    { a: '1', b: '' },
    { a: '', b: '2' },
  ]);
  assert.strictEqual(sum('a;b\n1;\n;2', 'b'), 2);
});
