'use strict';

/** Asks a source again and again until it has an answer. */

const DEFAULTS = { attempts: 3, pause: 0 };

/**
 * Calls `done(error, answer)` when the source has answered, or when it was asked often enough.
 * The options may be left out: `poll(ask, done)`.
 */
function poll(ask, options, done) {
  const { attempts, pause } = { ...DEFAULTS, ...options };
  let asked = 0;

  function next() {
    asked += 1;
    ask((error, answer) => {
      if (error) {
        done(error);
      } else if (answer !== undefined) {
        done(null, answer);
      } else if (asked >= attempts) {
        done(new Error(`no answer after ${asked} attempts`));
      } else {
        setTimeout(next, pause);
      }
    });
  }

  next();
}

/** The answer as a promise. */
function polled(ask, options) {
  return new Promise((resolve, reject) => {
    poll(ask, options, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

module.exports = { poll, polled };
