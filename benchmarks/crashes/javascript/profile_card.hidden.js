const test = require('node:test');
const assert = require('node:assert');
const { AccountStore, initials, showAccount, showTeam } = require('./profile_card.js');

const store = new AccountStore({ a1: { name: { given: 'front', family: 'desk' } } });

test('shows what was saved', async () => {
  await store.save('a3', { name: { given: 'ware', family: 'house' } });
  assert.deepStrictEqual(await showAccount(store, 'a3'), { title: 'ware house', badge: 'WH' });
});

test('an unknown account is an error', async () => {
  await assert.rejects(showAccount(store, 'nobody'), /no account nobody/);
});

test('works with any store', async () => {
  const slow = {
    load: (id) => new Promise((resolve) => setTimeout(resolve, 5, { id, name: { given: 'x', family: 'y' } })),
  };
  assert.strictEqual((await showAccount(slow, '1')).badge, 'XY');
});

test('teams and initials', async () => {
  assert.strictEqual(await showTeam(store, []), '');
  assert.strictEqual(initials({ name: { given: 'a', family: 'b' } }), 'AB');
});
