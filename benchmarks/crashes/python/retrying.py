"""Runs operations again when they fail."""

import time


class FailureLog:
    """Remembers what went wrong, in order."""

    def __init__(self):
        self.lines = []

    def record(self, attempt, error):
        self.lines.append(f"attempt {attempt}: {type(error).__name__}: {error}")


class Retry:
    """Tries an operation several times, with a growing pause between two tries."""

    def __init__(self, attempts=3, pause=0.0, errors=(OSError,), on_failure=None):
        self.attempts = attempts
        self.pause = pause
        self.errors = errors
        self.on_failure = on_failure

    def run(self, operation, *arguments):
        """What the operation answers; the last error when no try succeeds."""
        last = None
        for attempt in range(1, self.attempts + 1):
            try:
                return operation(*arguments)
            except self.errors as error:
                last = error
                self._report(attempt)
            if attempt < self.attempts:
                time.sleep(self.pause * 2 ** (attempt - 1))
        raise last

    def _report(self, attempt):
        if self.on_failure is not None:
            self.on_failure(attempt)


def run_logged(operation, *arguments, attempts=3):
    """The answer of an operation, with a line for each failed try."""
    log = FailureLog()
    answer = Retry(attempts, on_failure=log.record).run(operation, *arguments)
    return answer, log.lines
