"""How a repository is named."""

import re

SLUG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}/(?!\.{1,2}\Z)[A-Za-z0-9_.-]{1,100}(?<!\.git)")
"""owner/name, as GitHub allows it and as no path or URL can be abused."""
