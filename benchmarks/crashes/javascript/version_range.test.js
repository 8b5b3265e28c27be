const test = require('node:test');
const assert = require('node:assert');
const { best, compare, satisfies } = require('./version_range.js');

const VERSIONS = ['1.2.0', '1.10.1', '2.0.0', '1.9.4'];

test('finds the best in a range', () => {
  assert.strictEqual(best(VERSIONS, '>=1.2 <2.0'), '1.10.1');
  assert.strictEqual(best(VERSIONS, '3'), null);
});

test('finds the best of all', () => {
  assert.strictEqual(best(VERSIONS, '*'), '2.0.0');
});

test('compares numbers', () => {
  assert.ok(compare('1.10', '1.9') > 0);
  assert.strictEqual(satisfies('1.2.7', '1.2'), true);
});
