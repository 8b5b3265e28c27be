'use strict';

/** Tells which bus comes next; times are minutes from midnight. */

const DAY = 24 * 60;

function parseTime(text) {
  const [hours, minutes] = text.split(':').map(Number);
  return hours * 60 + minutes;
}

function parseTimetable(text) {
  return text
    .split(',')
    .map((part) => part.trim().split(' '))
    .map(([line, time]) => ({ line, minutes: parseTime(time) }))
    .sort((a, b) => a.minutes - b.minutes);
}

/** The first departure from now on; the timetable is the same on every day. */
function nextDeparture(departures, now) {
  return departures.find((departure) => departure.minutes >= now);
}

function wait(departure, now) {
  return departure.minutes - now;
}

/** What the display at the stop says. */
function display(text, clock) {
  const now = parseTime(clock);
  const departure = nextDeparture(parseTimetable(text), now);
  const minutes = wait(departure, now);
  return minutes === 0 ? `${departure.line} now` : `${departure.line} in ${minutes} min`;
}

/** How many buses leave on one day. */
function departuresADay(text) {
  return new Set(parseTimetable(text).map(({ line, minutes }) => `${line} ${minutes % DAY}`)).size;
}

module.exports = { departuresADay, display, parseTimetable };
