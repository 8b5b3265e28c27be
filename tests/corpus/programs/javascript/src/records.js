// Errors that come from below: JSON, the file system and the stack.
const fs = require("node:fs");

function parse(text) {
  return JSON.parse(text);
}

function read(number) {
  return fs.readFileSync(`/var/lib/shop/${number}.json`);
}

function rootOf(record) {
  return record.parent ? rootOf(record) : record;
}

module.exports = { parse, read, rootOf };
