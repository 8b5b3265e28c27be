const test = require('node:test');
const assert = require('node:assert');
const { receive, replay } = require('./webhook.js');

test('accepts a message', () => {
  const accepted = [];
  const answer = receive('{"kind": "order", "cents": 500}', (message) => accepted.push(message.cents));
  assert.deepStrictEqual(answer, { status: 200, text: 'ok' });
  assert.deepStrictEqual(accepted, [500]);
});

test('answers what it cannot read', () => {
  assert.deepStrictEqual(receive('kind=order', () => {}), { status: 400, text: 'not readable: kind=order' });
});

test('refuses unknown kinds', () => {
  assert.deepStrictEqual(replay(['{"kind": "x"}', '{"kind": "ping"}'], () => {}), { 200: 1, 422: 1 });
});
