const test = require('node:test');
const assert = require('node:assert');
const { accent, variables } = require('./theme.js');

test('a theme without colours', () => {
  assert.strictEqual(accent({ theme: {} }), '#3366cc');
});

test('colours without an accent', () => {
  assert.strictEqual(accent({ theme: { colors: {} } }), '#3366cc');
});

test('a theme that was reset', () => {
  assert.strictEqual(accent({ theme: null }), '#3366cc');
  assert.strictEqual(accent({ theme: { colors: null } }), '#3366cc');
});

test('other settings still count', () => {
  assert.strictEqual(variables({ fontSize: 'small' })['--font-size'], '12px');
});

test('a chosen accent is kept', () => {
  assert.strictEqual(accent({ theme: { colors: { accent: '#000000' } } }), '#000000');
});
