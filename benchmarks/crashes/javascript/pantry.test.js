const test = require('node:test');
const assert = require('node:assert');
const { Pantry, cookAll } = require('./pantry.js');

test('knows what is missing', () => {
  const pantry = new Pantry({ flour: 300, egg: 4 });
  assert.deepStrictEqual(pantry.missing({ flour: 500, egg: 2 }), { flour: 200 });
});

test('cooks as long as things last', () => {
  const pantry = new Pantry({ egg: 5 });
  const meals = ['omelette', 'pancakes', 'waffles'].map((name) => ({ name, recipe: { egg: 2 } }));
  assert.deepStrictEqual(cookAll(pantry, meals), ['omelette', 'pancakes']);
  assert.strictEqual(pantry.amount('egg'), 1);
});

test('does not cook without its things', () => {
  const pantry = new Pantry({ egg: 1 });
  assert.strictEqual(pantry.cook({ egg: 2 }), false);
  assert.strictEqual(pantry.amount('egg'), 1);
});
