'use strict';

/** Sums up the entries of a cash book. */

function parseEntry(line) {
  const [day, category, amount, ...marks] = line.split(/\s+/);
  return { day, category, cents: Math.round(Number(amount) * 100), cancelled: marks.includes('cancelled') };
}

function parseBook(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseEntry);
}

/** The sum of each category, without what was cancelled. */
function totals(entries) {
  return entries.reduce((sums, entry) => {
    if (entry.cancelled) {
      return;
    }
    sums[entry.category] = (sums[entry.category] || 0) + entry.cents;
    return sums;
  }, {});
}

function balance(entries) {
  return Object.values(totals(entries)).reduce((sum, cents) => sum + cents, 0);
}

/** One line for each category, the greatest first. */
function report(text) {
  const sums = Object.entries(totals(parseBook(text)));
  sums.sort(([, a], [, b]) => b - a);
  return sums.map(([category, cents]) => `${category} ${(cents / 100).toFixed(2)}`);
}

module.exports = { balance, parseBook, report, totals };
