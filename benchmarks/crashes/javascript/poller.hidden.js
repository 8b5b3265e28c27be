const test = require('node:test');
const assert = require('node:assert');
const { poll, polled } = require('./poller.js');

function source(...answers) {
  return (callback) => callback(null, answers.shift());
}

const withoutOptions = (ask) =>
  new Promise((resolve, reject) => {
    poll(ask, (error, answer) => (error ? reject(error) : resolve(answer)));
  });

test('uses the defaults without options', async () => {
  assert.strictEqual(await withoutOptions(source(undefined, undefined, 'late')), 'late');
  await assert.rejects(withoutOptions(source()), /no answer after 3 attempts/);
});

test('hands errors on without options', async () => {
  await assert.rejects(withoutOptions((callback) => callback(new Error('source is down'))), /source is down/);
});

test('options still count', () => {
  const calls = [];
  poll(source(), { attempts: 1 }, (error) => calls.push(error.message));
  assert.deepStrictEqual(calls, ['no answer after 1 attempts']);
});

test('empty options', async () => {
  assert.strictEqual(await polled(source(undefined, 0)), 0);
  assert.strictEqual(await polled(source('x'), {}), 'x');
});

test('done is called once', () => {
  const calls = [];
  poll(source('a', 'b'), (error, answer) => calls.push(answer));
  assert.deepStrictEqual(calls, ['a']);
});
