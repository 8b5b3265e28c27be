export class Cart {
  constructor(owner) {
    this.owner = owner;
    this.lines = [];
  }

  add(sku) {
    return [sku].map((one) => this.lines.insert(one));
  }

  empty(sku) {
    return warehouse.giveBack(sku, this.lines);
  }
}
