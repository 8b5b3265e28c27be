// load() has a namesake in orders.js.
function load(number) {
  throw new RangeError(`no record ${number} of 2026-03-${String(number.length).padStart(2, "0")} in /var/lib/shop/${number}.json`);
}

module.exports = { load };
