const test = require('node:test');
const assert = require('node:assert');
const { commandLine, resolve } = require('./build_options.js');

test('an empty layer changes nothing', () => {
  assert.deepStrictEqual(resolve({}), resolve());
});

test('layers with and without lists', () => {
  const options = resolve({ include: ['a'] }, { output: 'out' }, { include: ['b'] });
  assert.deepStrictEqual(options.include, ['src/**', 'a', 'b']);
  assert.strictEqual(options.output, 'out');
});

test('definitions are merged', () => {
  const { define } = resolve({ define: { a: '1' } }, { minify: true });
  assert.deepStrictEqual(define, { debug: 'false', a: '1' });
});

test('the defaults stay as they are', () => {
  resolve({ include: ['a'] });
  resolve({ output: 'x' });
  assert.deepStrictEqual(resolve().include, ['src/**']);
  assert.strictEqual(commandLine(), '--output=dist --define:debug=false src/**');
});

test('an empty list adds nothing', () => {
  assert.deepStrictEqual(resolve({ include: [] }).include, ['src/**']);
});
