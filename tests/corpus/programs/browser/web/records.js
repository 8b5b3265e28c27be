// Errors that come from below: JSON and the stack.
export function parse(text) {
  const order = JSON.parse(text);
  return order;
}

export function rootOf(record) {
  return record.parent && 1 + rootOf(record); // not a tail call: Safari has no stack for those
}

export function cents(order) {
  const { cents } = order.total;
  return cents;
}
