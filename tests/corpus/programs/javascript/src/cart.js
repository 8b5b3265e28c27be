class Cart {
  #lines;

  constructor(owner) {
    this.owner = owner;
    this.#lines = [];
  }

  add(sku) {
    return [sku].map((one) => this.#lines.insert(one));
  }
}

module.exports = { Cart };
