'use strict';

/** A catalogue of parts that is kept in the order of their numbers. */
class Catalog {
  constructor(parts = []) {
    this.parts = [...parts].sort((a, b) => a.number - b.number);
  }

  /** Where the part with this number stands, or where it would have to stand. */
  position(number) {
    let low = 0;
    let high = this.parts.length;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const found = this.parts[middle].number;
      if (found === number) {
        return middle;
      }
      if (found < number) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  find(number) {
    const part = this.parts[this.position(number)];
    return part && part.number === number ? part : null;
  }

  add(part) {
    if (this.find(part.number)) {
      throw new Error(`part ${part.number} is in the catalogue already`);
    }
    this.parts.splice(this.position(part.number), 0, part);
  }

  /** The names of all parts from one number to another, both included. */
  names(from, to) {
    const names = [];
    for (let index = this.position(from); index < this.parts.length; index += 1) {
      if (this.parts[index].number > to) {
        break;
      }
      names.push(this.parts[index].name);
    }
    return names;
  }
}

module.exports = { Catalog };
