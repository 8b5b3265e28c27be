const test = require('node:test');
const assert = require('node:assert');
const { departuresADay, display } = require('./timetable.js');

const BUSES = '4 06:10, 12 08:00, 4 23:40';

test('shows the next bus', () => {
  assert.strictEqual(display(BUSES, '07:15'), '12 in 45 min');
  assert.strictEqual(display(BUSES, '08:00'), '12 now');
});

test('shows the next bus late at night', () => {
  assert.strictEqual(display(BUSES, '23:50'), '4 in 380 min');
});

test('counts buses', () => {
  assert.strictEqual(departuresADay(`${BUSES}, 4 06:10`), 3);
});
