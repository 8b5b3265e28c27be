const test = require('node:test');
const assert = require('node:assert');
const { parseLog, summary } = require('./access_log.js');

const GOOD = '10.0.0.1 "GET /a" 200 100';

test('an empty log', () => {
  assert.deepStrictEqual(summary(''), { requests: 0, errors: 0, bytes: 0, paths: {} });
});

test('notes between requests', () => {
  assert.strictEqual(parseLog(`${GOOD}\nrotated\n\n${GOOD}\n`).length, 2);
});

test('requests that are cut off', () => {
  const found = summary(`10.0.0.1 "GET /a\n${GOOD}\n10.0.0.1 "GET /b" 20`);
  assert.strictEqual(found.requests, 1);
  assert.deepStrictEqual(found.paths, { '/a': 1 });
});

test('nothing but notes', () => {
  assert.deepStrictEqual(parseLog('started\nstopped'), []);
});

test('a request is read as before', () => {
  assert.deepStrictEqual(parseLog('h "PUT /x?y=1" 204 0'), [
    { client: 'h', method: 'PUT', path: '/x', status: 204, bytes: 0 },
  ]);
});
