'use strict';

/** Takes snapshots of a document, so that changes can be undone. */

/** A copy that shares nothing with the value. */
function copy(value) {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  if (value instanceof Date) {
    return new Date(value.getTime());
  }
  const made = Array.isArray(value) ? [] : {};
  for (const key of Object.keys(value)) {
    made[key] = copy(value[key]);
  }
  return made;
}

class History {
  constructor(document) {
    this.document = document;
    this.snapshots = [];
  }

  change(edit) {
    this.snapshots.push(copy(this.document));
    edit(this.document);
  }

  /** Goes back one change; whether there was one. */
  undo() {
    if (this.snapshots.length === 0) {
      return false;
    }
    this.document = this.snapshots.pop();
    return true;
  }
}

/** Hangs a node below another; each node knows its parent. */
function append(parent, name) {
  const node = { name, parent, children: [] };
  parent.children.push(node);
  return node;
}

module.exports = { History, append, copy };
