const test = require('node:test');
const assert = require('node:assert');
const { PluginHost, counter, trimmer } = require('./plugin_host.js');

test('a plugin that takes no part at all', () => {
  assert.deepStrictEqual(new PluginHost([{ name: 'idle' }]).run('x'), { document: 'x', log: [] });
});

test('plugins behind it are still told of the end', () => {
  const answer = new PluginHost([{ name: 'idle' }, counter, { name: 'lazy' }, trimmer]).run(' x');
  assert.deepStrictEqual(answer, { document: 'x', log: ['counting', 'counted', 'trimmed'] });
});

test('an error in a plugin comes through, after the end was told', () => {
  const told = [];
  const broken = {
    name: 'broken',
    transform: () => {
      throw new Error('broken plugin');
    },
  };
  const last = { name: 'last', finish: () => told.push('end') };
  assert.throws(() => new PluginHost([broken, last]).run('x'), /broken plugin/);
  assert.deepStrictEqual(told, ['end']);
});

test('a plugin keeps its own state', () => {
  const stateful = {
    name: 'stateful',
    seen: 0,
    finish() {
      this.seen += 1;
    },
  };
  const host = new PluginHost([stateful]);
  host.run('x');
  host.run('y');
  assert.strictEqual(stateful.seen, 2);
});
