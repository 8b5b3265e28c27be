'use strict';

/** Sums up the log of a web server. */

const REQUEST = /^(\S+) "(GET|POST|PUT|DELETE) (\S+)" (\d{3}) (\d+)$/;

function parseLine(line) {
  const match = REQUEST.exec(line);
  return {
    client: match[1],
    method: match[2],
    path: match[3].split('?')[0],
    status: Number(match[4]),
    bytes: Number(match[5]),
  };
}

/** The requests of a log; lines that are no requests do not count. */
function parseLog(text) {
  return text.split('\n').map((line) => parseLine(line.trim()));
}

function countBy(requests, key) {
  const counts = {};
  for (const request of requests) {
    counts[request[key]] = (counts[request[key]] || 0) + 1;
  }
  return counts;
}

/** Requests, errors and traffic of a log. */
function summary(text) {
  const requests = parseLog(text);
  return {
    requests: requests.length,
    errors: requests.filter((request) => request.status >= 500).length,
    bytes: requests.reduce((sum, request) => sum + request.bytes, 0),
    paths: countBy(requests, 'path'),
  };
}

module.exports = { countBy, parseLog, summary };
