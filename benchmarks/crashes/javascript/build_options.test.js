const test = require('node:test');
const assert = require('node:assert');
const { commandLine, resolve } = require('./build_options.js');

test('builds with the defaults', () => {
  assert.strictEqual(commandLine(), '--output=dist --define:debug=false src/**');
});

test('adds what a project includes', () => {
  assert.deepStrictEqual(resolve({ include: ['lib/**', 'src/**'] }).include, ['src/**', 'lib/**']);
});

test('a single run changes one option', () => {
  assert.strictEqual(commandLine({ minify: true }), '--output=dist --minify --define:debug=false src/**');
});
