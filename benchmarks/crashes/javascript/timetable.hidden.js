const test = require('node:test');
const assert = require('node:assert');
const { display } = require('./timetable.js');

test('one minute after the last bus', () => {
  assert.strictEqual(display('4 06:00, 7 22:00', '22:01'), '4 in 479 min');
});

test('the last bus itself', () => {
  assert.strictEqual(display('4 06:00, 7 22:00', '22:00'), '7 now');
  assert.strictEqual(display('4 06:00, 7 22:00', '21:58'), '7 in 2 min');
});

test('one bus a day', () => {
  assert.strictEqual(display('4 12:00', '12:01'), '4 in 1439 min');
  assert.strictEqual(display('4 12:00', '11:59'), '4 in 1 min');
});

test('a bus at midnight', () => {
  assert.strictEqual(display('9 00:00, 4 12:00', '23:59'), '9 in 1 min');
  assert.strictEqual(display('9 00:00, 4 12:00', '00:00'), '9 now');
});

test('the earliest bus counts, not the first that is written', () => {
  assert.strictEqual(display('4 12:00, 9 05:00', '13:00'), '9 in 960 min');
});
