const test = require('node:test');
const assert = require('node:assert');
const { receive, replay } = require('./webhook.js');

test('an empty body', () => {
  assert.deepStrictEqual(receive('', () => {}), { status: 400, text: 'not readable: ' });
});

test('a long body is cut', () => {
  const { status, text } = receive(`{"kind": "order", "note": "${'x'.repeat(50)}`, () => {});
  assert.strictEqual(status, 400);
  assert.strictEqual(text, 'not readable: {"kind": "order", "n…');
});

test('one bad body does not stop the others', () => {
  const accepted = [];
  const bodies = ['{', '{"kind": "ping"}', 'x', '{"kind": "refund", "cents": 3}', '{"kind": "refund"}'];
  const counts = replay(bodies, (message) => accepted.push(message.kind));
  assert.deepStrictEqual(counts, { 200: 2, 400: 2, 422: 1 });
  assert.deepStrictEqual(accepted, ['ping', 'refund']);
});

test('an error of the receiver', () => {
  const answer = receive('{"kind": "ping"}', () => {
    throw new Error('disk full');
  });
  assert.deepStrictEqual(answer, { status: 500, text: 'disk full' });
});
