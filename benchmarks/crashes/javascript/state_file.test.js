const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { StateFile } = require('./state_file.js');

function file(t, content) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'state-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const name = path.join(folder, 'state.json');
  if (content !== undefined) {
    fs.writeFileSync(name, content);
  }
  return name;
}

test('keeps entries', (t) => {
  const name = file(t);
  new StateFile(name).set('last', 7);
  assert.strictEqual(new StateFile(name).get('last'), 7);
});

test('starts with a file that was only touched', (t) => {
  const state = new StateFile(file(t, ''));
  assert.strictEqual(state.get('last', 0), 0);
  state.set('last', 7);
  assert.deepStrictEqual(state.keys(), ['last']);
});

test('reads the format of before', (t) => {
  assert.deepStrictEqual(new StateFile(file(t, '{"b": 1, "a": 2}')).keys(), ['a', 'b']);
});
