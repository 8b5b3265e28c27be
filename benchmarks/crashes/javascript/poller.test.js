const test = require('node:test');
const assert = require('node:assert');
const { poll, polled } = require('./poller.js');

function source(...answers) {
  return (callback) => callback(null, answers.shift());
}

test('asks until there is an answer', async () => {
  assert.strictEqual(await polled(source(undefined, 'here'), { attempts: 2 }), 'here');
});

test('needs no options', () => {
  const calls = [];
  poll(source('here'), (error, answer) => calls.push([error, answer]));
  assert.deepStrictEqual(calls, [[null, 'here']]);
});

test('gives up', async () => {
  await assert.rejects(polled(source(), { attempts: 2 }), /no answer after 2 attempts/);
});
