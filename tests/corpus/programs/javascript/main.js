// Runs one failing call of the shop: main.js ERROR VALUE [direct|deep]; LOG=1 reports it through winston.
const { Cart } = require("./src/cart.js");
const checkout = require("./src/checkout.js");
const customers = require("./src/customers.js");
const orders = require("./src/orders.js");
const prices = require("./src/prices.js");
const records = require("./src/records.js");
const stock = require("./src/stock.js");

const calls = {
  price: (value) => prices.amount(value),
  stock: (value) => stock.amount(value),
  "price-name": (value) => prices.title(value),
  order: (value) => orders.load(value),
  customer: (value) => customers.load(value),
  "cart-empty": () => checkout.pay("cart is empty"),
  "card-expired": () => checkout.pay("card has expired"),
  refused: (value) => checkout.confirm(value),
  several: (value) => checkout.confirmAll(value),
  method: (value) => new Cart(value).add(value),
  "bad-json": (value) => records.parse(`{'${value}`),
  endless: (value) => records.rootOf({ parent: value }),
  awaited: (value) => orders.fetchAll(value),
  timer: (value) => orders.later(value),
  missing: (value) => records.read(value),
};

function deep(call, value, depth) {
  return depth === 0 ? call(value) : deep(call, value, depth - 1);
}

function main(error, value, way) {
  return way === "deep" ? deep(calls[error], value, 2) : calls[error](value);
}

async function logged(...words) {
  const winston = require("winston");
  const { combine, errors, printf, timestamp } = winston.format;
  const line = printf((entry) => `${entry.timestamp} [shop] ${entry.level}: ${entry.stack}`);
  const logger = winston.createLogger({
    format: combine(errors({ stack: true }), timestamp(), line),
    transports: [new winston.transports.Console()],
  });
  try {
    await main(...words);
  } catch (error) {
    logger.error(error);
  }
}

if (process.env.LOG) logged(...process.argv.slice(2));
else main(...process.argv.slice(2));
