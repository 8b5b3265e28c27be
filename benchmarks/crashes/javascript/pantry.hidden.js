const test = require('node:test');
const assert = require('node:assert');
const { Pantry, cookAll } = require('./pantry.js');

test('takes out all that a recipe needs', () => {
  const pantry = new Pantry({ flour: 500, egg: 3, salt: 10 });
  assert.strictEqual(pantry.cook({ flour: 400, egg: 3 }), true);
  assert.deepStrictEqual(['flour', 'egg', 'salt'].map((name) => pantry.amount(name)), [100, 0, 10]);
});

test('a recipe that needs nothing', () => {
  assert.strictEqual(new Pantry().cook({}), true);
});

test('takes out nothing when something is missing', () => {
  const pantry = new Pantry({ flour: 500 });
  assert.strictEqual(pantry.cook({ flour: 100, egg: 1 }), false);
  assert.strictEqual(pantry.amount('flour'), 500);
});

test('what is put back may be cooked', () => {
  const pantry = new Pantry({ egg: 1 });
  pantry.put('egg', 1);
  assert.strictEqual(pantry.cook({ egg: 2 }), true);
  assert.deepStrictEqual(pantry.missing({ egg: 2 }), { egg: 2 });
});

test('the recipe stays as it is', () => {
  const recipe = { egg: 1 };
  cookAll(new Pantry({ egg: 3 }), [{ name: 'a', recipe }, { name: 'b', recipe }]);
  assert.deepStrictEqual(recipe, { egg: 1 });
});
