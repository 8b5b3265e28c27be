'use strict';

/** Takes the messages that other services send. */

const KINDS = new Set(['order', 'refund', 'ping']);
const SHOWN = 20;

function excerpt(text) {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function check(message) {
  if (!KINDS.has(message.kind)) {
    return `unknown kind: ${message.kind}`;
  }
  if (message.kind !== 'ping' && !Number.isInteger(message.cents)) {
    return `no amount: ${message.kind}`;
  }
  return null;
}

/** Status and text of the answer to a message. */
function receive(body, accept) {
  try {
    const message = JSON.parse(body);
    const problem = check(message);
    if (problem) {
      return { status: 422, text: problem };
    }
    accept(message);
    return { status: 200, text: 'ok' };
  } catch (error) {
    if (error instanceof SyntaxError) {
      return { status: 400, text: `not readable: ${excerpt(message)}` };
    }
    return { status: 500, text: error.message };
  }
}

/** How many of the bodies were answered with each status. */
function replay(bodies, accept) {
  const counts = {};
  for (const body of bodies) {
    const { status } = receive(body, accept);
    counts[status] = (counts[status] || 0) + 1;
  }
  return counts;
}

module.exports = { receive, replay };
