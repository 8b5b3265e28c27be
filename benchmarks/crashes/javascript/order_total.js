'use strict';

/** Works out what an order costs that came as text, such as `7 x 2, 9 x 1`. */

const FREE_FROM = 5000;
const DELIVERY = 450;

class PriceBook {
  constructor(products) {
    this.byNumber = new Map(products.map((product) => [product.number, product]));
  }

  get size() {
    return this.byNumber.size;
  }

  product(number) {
    return this.byNumber.get(number);
  }
}

function parseLine(text) {
  const [number, count] = text.split('x').map((part) => part.trim());
  return { number, count: count ? Number(count) : 1 };
}

function parseOrder(text) {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(parseLine);
}

function lineTotal(line, book) {
  const product = book.product(line.number);
  const pack = product.pack || 1;
  const packs = Math.ceil(line.count / pack);
  return packs * product.cents;
}

/** What the order costs with its delivery, in cents; whole packs are sold only. */
function orderTotal(text, book) {
  const lines = parseOrder(text);
  const total = lines.reduce((sum, line) => sum + lineTotal(line, book), 0);
  return total === 0 || total >= FREE_FROM ? total : total + DELIVERY;
}

module.exports = { PriceBook, orderTotal };
