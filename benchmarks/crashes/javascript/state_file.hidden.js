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

test('an empty file holds no entries', (t) => {
  assert.deepStrictEqual(new StateFile(file(t, '')).keys(), []);
  assert.strictEqual(new StateFile(file(t, '')).get('x'), null);
});

test('an empty file may be written', (t) => {
  const name = file(t, '');
  new StateFile(name).set('a', [1]);
  new StateFile(name).set('b', 2);
  const written = JSON.parse(fs.readFileSync(name, 'utf8'));
  assert.deepStrictEqual(written, { version: 2, entries: { a: [1], b: 2 } });
});

test('two empty files share nothing', (t) => {
  const first = new StateFile(file(t, ''));
  first.set('a', 1);
  assert.deepStrictEqual(new StateFile(file(t, '')).keys(), []);
  assert.deepStrictEqual(new StateFile(file(t)).keys(), []);
});

test('a file with entries is read', (t) => {
  assert.strictEqual(new StateFile(file(t, '{"version": 2, "entries": {"a": 5}}')).get('a'), 5);
});

test('a damaged file stays an error', (t) => {
  assert.throws(() => new StateFile(file(t, '{"version": 2,')).read());
});
