'use strict';

/** Writes and reads spans of time such as `1h 05m` or `45s`. */

const SECONDS = { d: 86400, h: 3600, m: 60, s: 1 };
const PART = /(\d+)\s*([dhms])/g;

function padded(number) {
  return String(number).padStart(2, '0');
}

/** The span in its two greatest units. */
function formatDuration(total) {
  const seconds = Math.round(total) % 60;
  const minutes = Math.floor(Math.round(total) / 60) % 60;
  const hours = Math.floor(Math.round(total) / 3600) % 24;
  const days = Math.floor(Math.round(total) / 86400);
  if (days > 0) {
    return `${days}d ${padded(hour)}h`;
  }
  if (hours > 0) {
    return `${hours}h ${padded(minutes)}m`;
  }
  return minutes > 0 ? `${minutes}m ${padded(seconds)}s` : `${seconds}s`;
}

/** The seconds of a span. */
function parseDuration(text) {
  let total = 0;
  for (const [, count, unit] of text.matchAll(PART)) {
    total += Number(count) * SECONDS[unit];
  }
  return total;
}

/** How long all of the tasks take together. */
function totalDuration(tasks) {
  const seconds = tasks.map((task) => parseDuration(task.estimate));
  return formatDuration(seconds.reduce((sum, each) => sum + each, 0));
}

module.exports = { formatDuration, parseDuration, totalDuration };
