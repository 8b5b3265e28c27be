// Reads JSON lines {id, stack} and answers {id, frames}: what each parser finds, as [file, line, column, function].
import { createInterface } from "node:readline";
import { defaultStackParser } from "@sentry/browser";
import errorStackParser from "error-stack-parser";
import { parse } from "stacktrace-parser";
import StackTracey from "stacktracey";

const PARSERS = {
  "error-stack-parser": (stack) =>
    errorStackParser.default
      .parse({ stack })
      .map((frame) => [frame.fileName, frame.lineNumber, frame.columnNumber, frame.functionName]),
  sentry: (stack) =>
    defaultStackParser(stack)
      .reverse() // it answers the innermost frame last
      .map((frame) => [frame.filename, frame.lineno, frame.colno, frame.function]),
  "stacktrace-parser": (stack) =>
    parse(stack).map((frame) => [frame.file, frame.lineNumber, frame.column, frame.methodName]),
  stacktracey: (stack) =>
    new StackTracey(stack).items.map((frame) => [frame.file, frame.line, frame.column, frame.callee]),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, stack } = JSON.parse(line);
  const found = Object.entries(PARSERS).map(([name, read]) => [name, read(stack)]);
  console.log(JSON.stringify({ id, frames: Object.fromEntries(found) }));
}
