import unittest

from retrying import FailureLog, Retry, run_logged


def flaky(*outcomes):
    remaining = list(outcomes)

    def operation():
        outcome = remaining.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return operation


class HiddenTest(unittest.TestCase):
    def test_logs_each_failure(self):
        answer, lines = run_logged(flaky(OSError("a"), TimeoutError("b"), 3))
        self.assertEqual(answer, 3)
        self.assertEqual(lines, ["attempt 1: OSError: a", "attempt 2: TimeoutError: b"])

    def test_logs_nothing_when_all_is_well(self):
        self.assertEqual(run_logged(flaky(1)), (1, []))

    def test_the_last_error_is_raised_and_logged(self):
        log = FailureLog()
        with self.assertRaisesRegex(OSError, "two"):
            Retry(2, on_failure=log.record).run(flaky(OSError("one"), OSError("two")))
        self.assertEqual(log.lines, ["attempt 1: OSError: one", "attempt 2: OSError: two"])

    def test_other_errors_pass_through(self):
        log = FailureLog()
        with self.assertRaises(KeyError):
            Retry(3, on_failure=log.record).run(flaky(KeyError("x"), 1))
        self.assertEqual(log.lines, [])

    def test_arguments_are_handed_on(self):
        self.assertEqual(Retry().run(max, 3, 5), 5)


if __name__ == "__main__":
    unittest.main()
