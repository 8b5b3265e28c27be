'use strict';

/** Lets parts of a program hear of what happens in others. */
class EventBus {
  constructor() {
    this.listeners = new Map();
  }

  /** Calls the listener on each event of this name; answers a function that ends this. */
  on(name, listener) {
    if (!this.listeners.has(name)) {
      this.listeners.set(name, []);
    }
    this.listeners.get(name).push(listener);
    return () => this.off(name, listener);
  }

  once(name, listener) {
    const stop = this.on(name, (...details) => {
      stop();
      listener(...details);
    });
    return stop;
  }

  off(name, listener) {
    const left = this.listeners.get(name).filter((other) => other !== listener);
    if (left.length > 0) {
      this.listeners.set(name, left);
    } else {
      this.listeners.delete(name);
    }
  }

  /** Tells all listeners; answers how many there were. */
  emit(name, ...details) {
    const called = this.listeners.get(name) ?? [];
    called.forEach((listener) => listener(...details));
    return called.length;
  }
}

/** Stops several subscriptions at once. */
function stopAll(stops) {
  for (const stop of stops.splice(0)) {
    stop();
  }
}

module.exports = { EventBus, stopAll };
