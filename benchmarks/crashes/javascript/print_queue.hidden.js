const test = require('node:test');
const assert = require('node:assert');
const { Printer, Queue } = require('./print_queue.js');

test('filled and emptied several times', () => {
  const queue = new Queue();
  for (let round = 0; round < 3; round += 1) {
    queue.push(`a${round}`);
    queue.push(`b${round}`);
    assert.deepStrictEqual([...queue], [`a${round}`, `b${round}`]);
    assert.strictEqual(queue.shift(), `a${round}`);
    assert.strictEqual(queue.shift(), `b${round}`);
    assert.strictEqual(queue.size, 0);
    assert.deepStrictEqual([...queue], []);
  }
});

test('what is submitted later waits', () => {
  const printer = new Printer();
  printer.submit('a');
  printer.run();
  printer.submit('b');
  printer.submit('c');
  assert.deepStrictEqual(printer.waiting(), ['b', 'c']);
  assert.strictEqual(printer.run(), 2);
  assert.deepStrictEqual(printer.printed, ['a', 'b', 'c']);
});

test('push while others wait', () => {
  const queue = new Queue();
  queue.push(1);
  queue.push(2);
  queue.shift();
  queue.push(3);
  assert.deepStrictEqual([...queue], [2, 3]);
  assert.strictEqual(queue.size, 2);
});

test('nothing runs twice', () => {
  const printer = new Printer();
  printer.submit('a', 3);
  assert.strictEqual(printer.run(), 3);
  assert.strictEqual(printer.run(), 0);
  assert.deepStrictEqual(printer.printed, ['a']);
});
