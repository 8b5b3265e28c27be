const test = require('node:test');
const assert = require('node:assert');
const { Task, bar, drawAll } = require('./progress_bar.js');

test('draws a bar', () => {
  assert.strictEqual(bar(0.25, 8), '##------');
});

test('draws a task that takes longer', () => {
  const task = new Task('copy', 4);
  task.step(5);
  assert.strictEqual(task.draw(), 'copy [####################] 5/4');
});

test('draws all tasks', () => {
  const tasks = [new Task('copy', 2), new Task('sort', 2)];
  tasks[0].step(2);
  assert.deepStrictEqual(drawAll(tasks), [
    'copy [####################] 2/2',
    'all [##########----------] 1/2',
  ]);
});
