// load() has a namesake in customers.js.
function load(number) {
  throw new RangeError(`no record ${number} of 2026-03-${String(number.length).padStart(2, "0")} in /var/lib/shop/${number}.json`);
}

async function fetchOne(number) {
  await null;
  return number.trim().total.cents;
}

async function fetchAll(number) {
  const orders = [];
  for (const one of [number]) orders.push(await fetchOne(one));
  return orders;
}

function later(number) {
  setTimeout(function ring() {
    throw new Error("order was never confirmed");
  }, number.length);
}

module.exports = { fetchAll, later, load };
