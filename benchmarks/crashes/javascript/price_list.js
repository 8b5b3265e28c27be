'use strict';

/** Writes prices as people in different places expect them. */
class PriceFormat {
  constructor({ symbol, decimal = '.', behind = false }) {
    this.symbol = symbol;
    this.decimal = decimal;
    this.behind = behind;
  }

  amount(cents) {
    const whole = Math.trunc(Math.abs(cents) / 100);
    const rest = String(Math.abs(cents) % 100).padStart(2, '0');
    return `${cents < 0 ? '-' : ''}${whole}${this.decimal}${rest}`;
  }

  format(cents) {
    const amount = this.amount(cents);
    return this.behind ? `${amount} ${this.symbol}` : `${this.symbol}${amount}`;
  }
}

const FORMATS = {
  us: new PriceFormat({ symbol: '$' }),
  de: new PriceFormat({ symbol: '€', decimal: ',', behind: true }),
};

/** One line for each article of a price list. */
function priceLines(articles, place) {
  const format = FORMATS[place];
  return articles.map((article) => `${article.name}: ${format.format(article.cents)}`);
}

/** The prices from the lowest to the highest, each once. */
function priceScale(articles, place) {
  const format = FORMATS[place];
  const steps = [...new Set(articles.map((article) => article.cents))].sort((a, b) => a - b);
  return steps.map(format.format).join(' < ');
}

module.exports = { PriceFormat, priceLines, priceScale };
