const test = require('node:test');
const assert = require('node:assert');
const { History, append, copy } = require('./snapshot.js');

test('copies values', () => {
  const value = { a: [1, { b: null }], day: new Date(0) };
  const made = copy(value);
  assert.deepStrictEqual(made, value);
  assert.notStrictEqual(made.a[1], value.a[1]);
});

test('undoes a change in a tree', () => {
  const history = new History({ name: 'root', parent: null, children: [] });
  append(history.document, 'intro');
  history.change((root) => append(root, 'body'));
  assert.strictEqual(history.undo(), true);
  assert.deepStrictEqual(history.document.children.map((node) => node.name), ['intro']);
});

test('has nothing to undo', () => {
  assert.strictEqual(new History({}).undo(), false);
});
