'use strict';

/** Plans what to cook from what is there. */

class Pantry {
  constructor(stock = {}) {
    this.stock = new Map(Object.entries(stock));
  }

  amount(name) {
    return this.stock.get(name) || 0;
  }

  put(name, amount) {
    this.stock.set(name, this.amount(name) + amount);
  }

  /** What is missing for a recipe such as `{ flour: 500, egg: 2 }`. */
  missing(recipe) {
    const lacking = {};
    for (const [name, needed] of Object.entries(recipe)) {
      if (this.amount(name) < needed) {
        lacking[name] = needed - this.amount(name);
      }
    }
    return lacking;
  }

  /** Takes out what a recipe needs; whether all of it was there. */
  cook(recipe) {
    if (Object.keys(this.missing(recipe)).length > 0) {
      return false;
    }
    for (const [name, needed] of recipe) {
      this.put(name, -needed);
    }
    return true;
  }
}

/** Cooks the meals in order as long as things last; answers their names. */
function cookAll(pantry, meals) {
  return meals.filter((meal) => pantry.cook(meal.recipe)).map((meal) => meal.name);
}

module.exports = { Pantry, cookAll };
