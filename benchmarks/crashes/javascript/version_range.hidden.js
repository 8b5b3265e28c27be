const test = require('node:test');
const assert = require('node:assert');
const { best, satisfies } = require('./version_range.js');

test('every version is allowed', () => {
  for (const version of ['0', '0.0.1', '1.2.3', '99.0']) {
    assert.strictEqual(satisfies(version, '*'), true);
    assert.strictEqual(satisfies(version, ' * '), true);
  }
});

test('the best of none', () => {
  assert.strictEqual(best([], '*'), null);
});

test('ranges that are open on one side', () => {
  assert.deepStrictEqual(['0.9', '1.0', '7'].map((v) => satisfies(v, '>=1')), [false, true, true]);
  assert.deepStrictEqual(['0.9', '1.0', '7'].map((v) => satisfies(v, '<1')), [true, false, false]);
});

test('plain versions', () => {
  const found = ['1.1.9', '1.2', '1.2.9', '1.3'].map((version) => satisfies(version, '1.2'));
  assert.deepStrictEqual(found, [false, true, true, false]);
});

test('what cannot be read stays an error', () => {
  assert.throws(() => satisfies('1.0', '~1.0'), /cannot read/);
});
