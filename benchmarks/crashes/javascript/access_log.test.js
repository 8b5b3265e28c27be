const test = require('node:test');
const assert = require('node:assert');
const { countBy, summary } = require('./access_log.js');

test('sums up requests', () => {
  const found = summary('10.0.0.1 "GET /a?x=1" 200 100\n10.0.0.2 "POST /a" 503 20');
  assert.deepStrictEqual(found, { requests: 2, errors: 1, bytes: 120, paths: { '/a': 2 } });
});

test('sums up a log with notes of the server', () => {
  const found = summary('-- server started --\n10.0.0.1 "GET /a" 200 100\n');
  assert.deepStrictEqual(found, { requests: 1, errors: 0, bytes: 100, paths: { '/a': 1 } });
});

test('counts', () => {
  assert.deepStrictEqual(countBy([{ kind: 'x' }, { kind: 'y' }, { kind: 'x' }], 'kind'), { x: 2, y: 1 });
});
