'use strict';

/** Writes a statement from the bookings that a bank sends as text fields. */

function parseBookings(text) {
  return text
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => line.split('|').map((field) => field.trim()))
    .map(([day, purpose, amount]) => ({ day, purpose, amount }));
}

function money(amount) {
  return amount.toFixed(2);
}

function total(bookings) {
  return bookings.reduce((sum, booking) => sum + booking.amount, 0);
}

/** The bookings that mention a word, in any case. */
function mentioning(bookings, word) {
  return bookings.filter((booking) => booking.purpose.toLowerCase().includes(word.toLowerCase()));
}

/** The lines of a statement with the new balance below. */
function statement(text, balance = 0) {
  const bookings = parseBookings(text);
  const lines = bookings.map((booking) => `${booking.day} ${booking.purpose}`);
  return [...lines, `balance ${money(balance + total(bookings))}`];
}

/** What was paid for something. */
function paidFor(text, word) {
  return money(total(mentioning(parseBookings(text), word)));
}

module.exports = { mentioning, paidFor, parseBookings, statement };
