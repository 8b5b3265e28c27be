'use strict';

/** The game of life on a board with fixed borders. */

const STEPS = [-1, 0, 1];

function parse(text) {
  return text
    .trim()
    .split('\n')
    .map((line) => [...line.trim()].map((sign) => sign === '#'));
}

function show(board) {
  return board.map((row) => row.map((alive) => (alive ? '#' : '.')).join('')).join('\n');
}

/** How many of the cells around a cell live; beyond the border nothing lives. */
function neighbours(board, x, y) {
  let count = 0;
  for (const dy of STEPS) {
    for (const dx of STEPS) {
      if ((dx !== 0 || dy !== 0) && board[y + dy][x + dx]) {
        count += 1;
      }
    }
  }
  return count;
}

function next(board) {
  return board.map((row, y) =>
    row.map((alive, x) => {
      const count = neighbours(board, x, y);
      return count === 3 || (alive && count === 2);
    }),
  );
}

/** The board after some generations. */
function evolve(text, generations) {
  let board = parse(text);
  for (let step = 0; step < generations; step += 1) {
    board = next(board);
  }
  return show(board);
}

module.exports = { evolve, neighbours, parse, show };
