'use strict';

/** Says whether a version lies in a range such as `1.2`, `>=1.2 <2.0` or `*`. */

const CLAUSE = /^(>=|<)(\d+(?:\.\d+)*)$/;
const PLAIN = /^\d+(?:\.\d+)*$/;

function compare(a, b) {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] || 0) - (right[index] || 0);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** The lowest version of a range and the first above it; null where it is open. */
function limits(range) {
  if (range === '*') {
    return;
  }
  if (PLAIN.test(range)) {
    const parts = range.split('.').map(Number);
    parts[parts.length - 1] += 1;
    return [range, parts.join('.')];
  }
  const found = [null, null];
  for (const clause of range.split(/\s+/)) {
    const match = CLAUSE.exec(clause);
    if (!match) {
      throw new Error(`cannot read ${clause}`);
    }
    found[match[1] === '>=' ? 0 : 1] = match[2];
  }
  return found;
}

function satisfies(version, range) {
  const [lowest, above] = limits(range.trim());
  const highEnough = lowest === null || compare(version, lowest) >= 0;
  return highEnough && (above === null || compare(version, above) < 0);
}

/** The highest of the versions that a range allows, or null. */
function best(versions, range) {
  const allowed = versions.filter((version) => satisfies(version, range));
  return allowed.sort(compare).pop() ?? null;
}

module.exports = { best, compare, satisfies };
