'use strict';

/** Keeps the state of a tool in a small file. */

const fs = require('node:fs');

const EMPTY = Object.freeze({ version: 2, entries: {} });

/** Version 1 was a flat object of entries. */
function upgrade(state) {
  return state.version === 2 ? state : { version: 2, entries: state };
}

class StateFile {
  constructor(path) {
    this.path = path;
  }

  /** The state in the file; a file that has not been written yet holds no entries. */
  read() {
    if (!fs.existsSync(this.path)) {
      return structuredClone(EMPTY);
    }
    const text = fs.readFileSync(this.path, 'utf8');
    return upgrade(JSON.parse(text));
  }

  write(state) {
    fs.writeFileSync(this.path, `${JSON.stringify(state, null, 2)}\n`);
  }

  get(key, fallback = null) {
    return this.read().entries[key] ?? fallback;
  }

  set(key, value) {
    const state = this.read();
    state.entries[key] = value;
    this.write(state);
  }

  keys() {
    return Object.keys(this.read().entries).sort();
  }
}

module.exports = { StateFile };
