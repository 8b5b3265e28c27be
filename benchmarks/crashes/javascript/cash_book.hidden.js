const test = require('node:test');
const assert = require('node:assert');
const { balance, parseBook, report, totals } = require('./cash_book.js');

test('the first entry was cancelled', () => {
  assert.deepStrictEqual(report('1 rent 700 cancelled\n2 food 5'), ['food 5.00']);
});

test('the last entry was cancelled', () => {
  assert.deepStrictEqual(report('1 food 5\n2 rent 700 cancelled'), ['food 5.00']);
  assert.strictEqual(balance(parseBook('1 food 5\n2 food 7 cancelled')), 500);
});

test('all was cancelled', () => {
  assert.deepStrictEqual(totals(parseBook('1 food 5 cancelled\n2 rent 7 cancelled')), {});
});

test('several were cancelled', () => {
  const text = '1 a 1\n2 b 2 cancelled\n3 a 3 cancelled\n4 b 4\n5 a 5';
  assert.deepStrictEqual(report(text), ['a 6.00', 'b 4.00']);
});

test('an empty book', () => {
  assert.deepStrictEqual(report(''), []);
  assert.strictEqual(balance([]), 0);
});
