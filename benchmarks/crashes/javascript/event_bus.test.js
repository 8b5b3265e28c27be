const test = require('node:test');
const assert = require('node:assert');
const { EventBus, stopAll } = require('./event_bus.js');

test('tells all listeners', () => {
  const bus = new EventBus();
  const heard = [];
  bus.on('save', (name) => heard.push(`a ${name}`));
  bus.on('save', (name) => heard.push(`b ${name}`));
  assert.strictEqual(bus.emit('save', 'x'), 2);
  assert.deepStrictEqual(heard, ['a x', 'b x']);
});

test('a subscription that has run out may be stopped', () => {
  const bus = new EventBus();
  const heard = [];
  const stop = bus.once('ready', () => heard.push('ready'));
  bus.emit('ready');
  stopAll([stop]);
  assert.strictEqual(bus.emit('ready'), 0);
  assert.deepStrictEqual(heard, ['ready']);
});

test('nobody listens', () => {
  assert.strictEqual(new EventBus().emit('save'), 0);
});
