'use strict';

/** Reads tables that a spreadsheet has exported. */

const SEPARATOR = ';';

function split(line) {
  return line.split(SEPARATOR);
}

function lines(text) {
  return text.split('\n');
}

/** The names of the columns, ready to be keys. */
function columnNames(line) {
  return split(line).map((name) => name.trim().toLowerCase().replace(/\s+/g, '_'));
}

function toRecord(names, line) {
  const cells = split(line);
  const record = {};
  names.forEach((name, index) => {
    record[name] = cells[index].trim();
  });
  return record;
}

/** One record for each row below the header. */
function readTable(text) {
  const [header, ...rows] = lines(text);
  const names = columnNames(header);
  return rows.map((row) => toRecord(names, row));
}

/** The sum of a column of numbers. */
function sum(text, column) {
  return readTable(text).reduce((total, record) => total + Number(record[column]), 0);
}

/** The mean of a column of numbers, 0 for an empty table. */
function mean(text, column) {
  const count = readTable(text).length;
  return count === 0 ? 0 : sum(text, column) / count;
}

module.exports = { columnNames, mean, readTable, sum };
