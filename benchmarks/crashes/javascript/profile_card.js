'use strict';

/** Shows who an account belongs to. */

class AccountStore {
  constructor(accounts = {}) {
    this.accounts = new Map(Object.entries(accounts));
  }

  async load(id) {
    const account = this.accounts.get(id);
    if (!account) {
      throw new Error(`no account ${id}`);
    }
    return { id, ...account };
  }

  async save(id, account) {
    this.accounts.set(id, account);
  }
}

function initials(account) {
  const { given, family } = account.name;
  return `${given[0]}${family[0]}`.toUpperCase();
}

function card(account) {
  return { title: `${account.name.given} ${account.name.family}`, badge: initials(account) };
}

/** The card of one account. */
async function showAccount(store, id) {
  const account = store.load(id);
  return card(account);
}

/** The badges of a team, in its order. */
async function showTeam(store, ids) {
  const accounts = await Promise.all(ids.map((id) => store.load(id)));
  return accounts.map(initials).join(' ');
}

module.exports = { AccountStore, initials, showAccount, showTeam };
