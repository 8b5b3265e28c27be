"""Reading reports: issues, pasted traces and the output of tests become failures."""

from homeostat.intake.anything import read_text
from homeostat.intake.issues import read_issue
from homeostat.intake.pasted import read_trace
from homeostat.intake.runners import read_test_output

__all__ = ["read_issue", "read_test_output", "read_text", "read_trace"]
