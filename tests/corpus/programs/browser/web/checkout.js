// One place that fails with several messages.
class PaymentError extends Error {
  constructor(message) {
    super(message);
    this.name = "PaymentError";
  }
}

export function pay(reason) {
  throw new PaymentError(reason);
}
