const test = require('node:test');
const assert = require('node:assert');
const { AccountStore, showAccount, showTeam } = require('./profile_card.js');

const store = new AccountStore({
  a1: { name: { given: 'front', family: 'desk' } },
  a2: { name: { given: 'night', family: 'shift' } },
});

test('shows a team', async () => {
  assert.strictEqual(await showTeam(store, ['a2', 'a1']), 'NS FD');
});

test('shows an account', async () => {
  assert.deepStrictEqual(await showAccount(store, 'a1'), { title: 'front desk', badge: 'FD' });
});
