const test = require('node:test');
const assert = require('node:assert');
const { mentioning, parseBookings, statement } = require('./bank_statement.js');

const TEXT = '05-01 | Rent May | -700.00\n05-03 | Salary | 2100.50\n';

test('writes a statement', () => {
  assert.deepStrictEqual(statement(TEXT, 100), ['05-01 Rent May', '05-03 Salary', 'balance 1500.50']);
});

test('writes a statement without bookings', () => {
  assert.deepStrictEqual(statement('', 100), ['balance 100.00']);
});

test('looks for a word', () => {
  const found = mentioning(parseBookings(TEXT), 'rent');
  assert.deepStrictEqual(found.map((booking) => booking.day), ['05-01']);
});
