'use strict';

/** Draws how far tasks are. */

const WIDTH = 20;

function bar(share, width = WIDTH) {
  const filled = Math.round(share * width);
  return '#'.repeat(filled) + '-'.repeat(width - filled);
}

class Task {
  /** The expected number of steps is an estimate; a task may take more. */
  constructor(name, expected) {
    this.name = name;
    this.expected = expected;
    this.done = 0;
  }

  step(count = 1) {
    this.done += count;
  }

  get share() {
    return this.done / this.expected;
  }

  draw() {
    return `${this.name} [${bar(this.share)}] ${this.done}/${this.expected}`;
  }
}

/** One line for each task that has begun, and a line for all of them. */
function drawAll(tasks) {
  const lines = tasks.filter((task) => task.done > 0).map((task) => task.draw());
  const whole = new Task('all', tasks.length);
  whole.step(tasks.filter((task) => task.done >= task.expected).length);
  return [...lines, whole.draw()];
}

module.exports = { Task, bar, drawAll };
