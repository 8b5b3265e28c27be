const test = require('node:test');
const assert = require('node:assert');
const { formatDuration, parseDuration, totalDuration } = require('./duration.js');

test('writes short spans', () => {
  assert.deepStrictEqual([45, 65, 3900].map(formatDuration), ['45s', '1m 05s', '1h 05m']);
});

test('sums up tasks', () => {
  assert.strictEqual(totalDuration([{ estimate: '20h' }, { estimate: '7h 30m' }]), '1d 03h');
});

test('reads spans', () => {
  assert.strictEqual(parseDuration('1d 2h 3m 4s'), 93784);
});
