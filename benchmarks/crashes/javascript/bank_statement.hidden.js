const test = require('node:test');
const assert = require('node:assert');
const { paidFor, statement } = require('./bank_statement.js');

test('one booking', () => {
  assert.deepStrictEqual(statement('1 | a | 2.5', 1), ['1 a', 'balance 3.50']);
});

test('several bookings are added, not strung together', () => {
  const text = '1 | a | 1\n2 | b | 2\n3 | c | 3';
  assert.strictEqual(statement(text).at(-1), 'balance 6.00');
  assert.strictEqual(statement(text, 10).at(-1), 'balance 16.00');
});

test('what was paid for something', () => {
  const text = '1 | Rent May | -700.25\n2 | Salary | 2000\n3 | RENT June | -700.25';
  assert.strictEqual(paidFor(text, 'rent'), '-1400.50');
  assert.strictEqual(paidFor(text, 'tax'), '0.00');
});

test('no bookings', () => {
  assert.deepStrictEqual(statement('nothing here', 5), ['balance 5.00']);
});
