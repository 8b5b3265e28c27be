const test = require('node:test');
const assert = require('node:assert');
const { formatDuration, parseDuration, totalDuration } = require('./duration.js');

test('exactly a day', () => {
  assert.strictEqual(formatDuration(86400), '1d 00h');
  assert.strictEqual(formatDuration(86399), '23h 59m');
});

test('several days', () => {
  assert.strictEqual(formatDuration(86400 * 12 + 3600 * 23 + 59), '12d 23h');
});

test('rounding up to a day', () => {
  assert.strictEqual(formatDuration(86399.6), '1d 00h');
});

test('tasks', () => {
  assert.strictEqual(totalDuration([{ estimate: '3d' }, { estimate: '10h' }]), '3d 10h');
  assert.strictEqual(totalDuration([]), '0s');
});

test('there and back', () => {
  for (const text of ['2d 05h', '5h 00m', '9m 09s', '3s']) {
    assert.strictEqual(formatDuration(parseDuration(text)), text);
  }
});
