const test = require('node:test');
const assert = require('node:assert');
const { Printer } = require('./print_queue.js');

test('prints in order', () => {
  const printer = new Printer();
  printer.submit('letter');
  printer.submit('report', 12);
  assert.deepStrictEqual(printer.waiting(), ['letter', 'report']);
  assert.strictEqual(printer.run(), 13);
  assert.deepStrictEqual(printer.printed, ['letter', 'report']);
});

test('prints on the next day as well', () => {
  const printer = new Printer();
  printer.submit('letter');
  printer.run();
  printer.submit('report', 12);
  assert.strictEqual(printer.run(), 12);
  assert.deepStrictEqual(printer.printed, ['letter', 'report']);
});

test('has nothing to print', () => {
  assert.strictEqual(new Printer().run(), 0);
});
