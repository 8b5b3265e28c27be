// One place that fails with several messages, and errors that have causes.
class PaymentError extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = "PaymentError";
  }
}

function pay(reason) {
  throw new PaymentError(reason);
}

function charge(card) {
  throw new TypeError(`card ${card} has no number`);
}

function confirm(card) {
  try {
    charge(card);
  } catch (error) {
    throw new PaymentError("payment refused", { cause: error });
  }
}

function confirmAll(card) {
  const errors = [charge, confirm].map((step) => {
    try {
      return step(card);
    } catch (error) {
      return error;
    }
  });
  throw new AggregateError(errors, "nobody was charged");
}

module.exports = { confirm, confirmAll, pay };
