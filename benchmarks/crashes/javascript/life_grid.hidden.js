const test = require('node:test');
const assert = require('node:assert');
const { evolve, neighbours, parse } = require('./life_grid.js');

test('corners and borders', () => {
  const board = parse('##.\n##.\n...');
  assert.strictEqual(neighbours(board, 0, 0), 3);
  assert.strictEqual(neighbours(board, 2, 2), 1);
  assert.strictEqual(neighbours(board, 1, 2), 2);
  assert.strictEqual(neighbours(board, 2, 0), 2);
});

test('the other side of the board is no neighbour', () => {
  const board = parse('#.#\n...\n#.#');
  assert.strictEqual(neighbours(board, 0, 0), 0);
  assert.strictEqual(neighbours(board, 2, 2), 0);
});

test('a single row and a single cell', () => {
  assert.strictEqual(evolve('###', 1), '.#.');
  assert.strictEqual(evolve('#', 1), '.');
});

test('turns round and round', () => {
  assert.strictEqual(evolve('...\n###\n...', 2), '...\n###\n...');
});

test('a block rests', () => {
  assert.strictEqual(evolve('##\n##', 3), '##\n##');
});
