const test = require('node:test');
const assert = require('node:assert');
const { EventBus, stopAll } = require('./event_bus.js');

test('stopping twice', () => {
  const bus = new EventBus();
  const stop = bus.on('save', () => {});
  stop();
  stop();
  assert.strictEqual(bus.emit('save'), 0);
});

test('stopping for a name that nobody knows', () => {
  const bus = new EventBus();
  bus.off('never', () => {});
  assert.strictEqual(bus.emit('never'), 0);
});

test('the others keep listening', () => {
  const bus = new EventBus();
  const heard = [];
  const first = bus.on('save', () => heard.push(1));
  bus.on('save', () => heard.push(2));
  first();
  first();
  assert.strictEqual(bus.emit('save'), 1);
  assert.deepStrictEqual(heard, [2]);
});

test('listening again after the end', () => {
  const bus = new EventBus();
  const heard = [];
  const stop = bus.on('save', () => heard.push(1));
  stopAll([stop, stop]);
  bus.on('save', () => heard.push(2));
  bus.emit('save');
  assert.deepStrictEqual(heard, [2]);
});

test('once hears one event', () => {
  const bus = new EventBus();
  const heard = [];
  bus.once('save', (value) => heard.push(value));
  bus.on('save', () => {});
  bus.emit('save', 1);
  bus.emit('save', 2);
  assert.deepStrictEqual(heard, [1]);
});
