// load() has a namesake in customers.js.
export function load(number) {
  throw new RangeError(`no record ${number} of 2026-03-01 in /var/lib/shop/${number}.json`);
}

async function fetchOne(number) {
  await null;
  return number.trim().total.cents;
}

export async function fetchAll(number) {
  const orders = [];
  for (const one of [number]) orders.push(await fetchOne(one));
  return orders;
}

export async function download(number) {
  const answer = await fetch(`http://127.0.0.1:9/orders/${number}.json`);
  return answer.json();
}
