const test = require('node:test');
const assert = require('node:assert');
const { PluginHost, counter, trimmer } = require('./plugin_host.js');

test('runs the plugins that come with it', () => {
  const answer = new PluginHost([trimmer, counter]).run(' text ');
  assert.deepStrictEqual(answer, { document: 'text', log: ['counting', 'trimmed', 'counted'] });
});

test('runs a plugin of a user', () => {
  const shout = { name: 'shout', transform: (document) => document.toUpperCase() };
  const answer = new PluginHost([shout, trimmer]).run(' text');
  assert.deepStrictEqual(answer, { document: 'TEXT', log: ['trimmed'] });
});

test('a plugin has a name', () => {
  assert.throws(() => new PluginHost([{}]), /needs a name/);
  assert.deepStrictEqual(new PluginHost([counter]).names(), ['counter']);
});
