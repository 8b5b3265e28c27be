const test = require('node:test');
const assert = require('node:assert');
const { darker, styleSheet } = require('./theme.js');

test('writes the style of a workspace', () => {
  const settings = { fontSize: 'large', theme: { colors: { accent: '#ff0000' } } };
  const expected = ':root { --accent: #ff0000; --border: #cc0000; --font-size: 19px; }';
  assert.strictEqual(styleSheet(settings), expected);
});

test('writes the style of a new workspace', () => {
  const expected = ':root { --accent: #3366cc; --border: #2952a3; --font-size: 15px; }';
  assert.strictEqual(styleSheet({}), expected);
});

test('makes colours darker', () => {
  assert.strictEqual(darker('#640a00', 0.5), '#320500');
});
