'use strict';

/** Jobs in the order in which they came, as a linked list. */
class Queue {
  constructor() {
    this.head = null;
    this.tail = null;
    this.size = 0;
  }

  push(value) {
    const node = { value, next: null };
    if (this.tail) {
      this.tail.next = node;
    } else {
      this.head = node;
    }
    this.tail = node;
    this.size += 1;
  }

  shift() {
    const value = this.head.value;
    this.head = this.head.next;
    this.size -= 1;
    return value;
  }

  *[Symbol.iterator]() {
    for (let node = this.head; node; node = node.next) {
      yield node.value;
    }
  }
}

/** A printer that takes one job after the other. */
class Printer {
  constructor() {
    this.queue = new Queue();
    this.printed = [];
  }

  submit(title, pages = 1) {
    this.queue.push({ title, pages });
  }

  /** Prints all jobs that wait; answers how many pages that took. */
  run() {
    let pages = 0;
    while (this.queue.size > 0) {
      const job = this.queue.shift();
      this.printed.push(job.title);
      pages += job.pages;
    }
    return pages;
  }

  waiting() {
    return [...this.queue].map((job) => job.title);
  }
}

module.exports = { Printer, Queue };
