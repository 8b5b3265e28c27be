const test = require('node:test');
const assert = require('node:assert');
const { Task, drawAll } = require('./progress_bar.js');

function drawn(done, expected) {
  const task = new Task('t', expected);
  task.step(done);
  return task.draw();
}

test('a bit more than expected', () => {
  assert.strictEqual(drawn(103, 100), 't [####################] 103/100');
  assert.strictEqual(drawn(11, 10), 't [####################] 11/10');
});

test('far more than expected', () => {
  assert.strictEqual(drawn(1000, 1), 't [####################] 1000/1');
});

test('just enough, half and nothing', () => {
  assert.strictEqual(drawn(10, 10), 't [####################] 10/10');
  assert.strictEqual(drawn(5, 10), 't [##########----------] 5/10');
  assert.strictEqual(drawn(0, 10), 't [--------------------] 0/10');
});

test('a task that took longer is done', () => {
  const tasks = [new Task('a', 1), new Task('b', 1)];
  tasks[0].step(3);
  tasks[1].step();
  assert.strictEqual(drawAll(tasks).at(-1), 'all [####################] 2/2');
});
