// Runs one failing call of the shop; report.js says which and sends what the browser made of it.
import { notes } from "./notes.js";
import { Cart } from "./cart.js";
import { pay } from "./checkout.js";
import * as customers from "./customers.js";
import * as orders from "./orders.js";
import * as prices from "./prices.js";
import * as records from "./records.js";
import * as stock from "./stock.js";

export const calls = {
  price: (value) => prices.amount(value),
  stock: (value) => stock.amount(value),
  "price-name": (value) => prices.title(value),
  order: (value) => orders.load(value),
  customer: (value) => customers.load(value),
  "cart-empty": () => pay("cart is empty"),
  "card-expired": () => pay("card has expired"),
  "no-function": (value) => new Cart(value).add(value),
  "no-variable": (value) => new Cart(value).empty(value),
  "bad-json": (value) => records.parse(`{'${value}`),
  endless: (value) => records.rootOf({ parent: value }),
  destructured: (value) => records.cents({ value }),
  awaited: (value) => orders.fetchAll(value),
  unreachable: (value) => orders.download(value),
};

globalThis.shop = { calls, notes };
