const test = require('node:test');
const assert = require('node:assert');
const { History, append, copy } = require('./snapshot.js');

test('a value that holds itself', () => {
  const value = { name: 'x' };
  value.self = value;
  const made = copy(value);
  assert.strictEqual(made.self, made);
  assert.notStrictEqual(made, value);
});

test('a list that holds itself', () => {
  const list = [1];
  list.push(list);
  const made = copy(list);
  assert.strictEqual(made[1], made);
  assert.notStrictEqual(made, list);
  assert.strictEqual(made.length, 2);
});

test('nodes of the copy know the parents of the copy', () => {
  const root = { name: 'root', parent: null, children: [] };
  append(append(root, 'a'), 'b');
  const made = copy(root);
  assert.strictEqual(made.children[0].parent, made);
  assert.strictEqual(made.children[0].children[0].parent, made.children[0]);
  assert.notStrictEqual(made.children[0], root.children[0]);
});

test('several changes are undone one by one', () => {
  const history = new History({ name: 'root', parent: null, children: [] });
  for (const name of ['a', 'b', 'c']) {
    history.change((root) => append(root, name));
  }
  history.undo();
  history.undo();
  assert.deepStrictEqual(history.document.children.map((node) => node.name), ['a']);
});

test('plain values', () => {
  const value = { n: 1, s: 'x', z: null, u: undefined, list: [[], {}] };
  assert.deepStrictEqual(copy(value), value);
  assert.strictEqual(copy(new Date(5)).getTime(), 5);
});
