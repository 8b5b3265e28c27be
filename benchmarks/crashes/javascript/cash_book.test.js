const test = require('node:test');
const assert = require('node:assert');
const { balance, parseBook, report } = require('./cash_book.js');

test('reports the sums', () => {
  const text = '# May\n05-01 food 12.50\n05-02 rent 700\n05-03 food 7.50\n';
  assert.deepStrictEqual(report(text), ['rent 700.00', 'food 20.00']);
});

test('leaves out what was cancelled', () => {
  const text = '05-01 food 12.50\n05-02 rent 700 cancelled\n05-03 food 7.50\n';
  assert.deepStrictEqual(report(text), ['food 20.00']);
});

test('knows the balance', () => {
  assert.strictEqual(balance(parseBook('05-01 sale 10\n05-02 food -2.5')), 750);
});
