import unittest

from retrying import Retry, run_logged


def flaky(*outcomes):
    remaining = list(outcomes)

    def operation():
        outcome = remaining.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return operation


class RetryTest(unittest.TestCase):
    def test_tries_again(self):
        self.assertEqual(Retry().run(flaky(OSError("down"), "fine")), "fine")

    def test_gives_up(self):
        with self.assertRaises(OSError):
            Retry(2).run(flaky(OSError("one"), OSError("two"), "late"))

    def test_logs_what_failed(self):
        answer, lines = run_logged(flaky(OSError("down"), "fine"))
        self.assertEqual(answer, "fine")
        self.assertEqual(lines, ["attempt 1: OSError: down"])


if __name__ == "__main__":
    unittest.main()
