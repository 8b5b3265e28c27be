const test = require('node:test');
const assert = require('node:assert');
const { evolve, neighbours, parse, show } = require('./life_grid.js');

test('counts around a cell', () => {
  assert.strictEqual(neighbours(parse('##.\n.#.\n..#'), 1, 1), 3);
});

test('evolves', () => {
  assert.strictEqual(evolve('...\n###\n...', 1), '.#.\n.#.\n.#.');
});

test('shows what it reads', () => {
  assert.strictEqual(show(parse('#.\n.#')), '#.\n.#');
});
