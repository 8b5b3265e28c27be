"""Write an error that arrived by repository_dispatch as a report that Homeostat reads.

`python homeostat_report.py title` or `body`; the payload is JSON in the variable PAYLOAD. Every part of it is
text of strangers: a field is one line without marks of another, and no fence is inside a fence.
"""

import json
import os
import re
import sys

FIELDS = {
    "type": "Error Type",
    "occurrences": "Occurrences",
    "product": "Product",
    "environment": "Environment",
    "location": "Location",
    "timestamp": "Timestamp",
    "fingerprint": "Fingerprint",
}
BLOCKS = {"message": "Error Message", "stack": "Stack Trace", "context": "Context"}
LONGEST_FIELD, LONGEST_TITLE, LONGEST_BLOCK = 300, 200, 20_000


def field(value: object) -> str:
    """One line, without what begins another field."""
    return " ".join(re.sub(r"[*`•<>]", " ", str(value)).split())[:LONGEST_FIELD]


def block(value: object) -> str:
    """A fenced block that its content cannot end."""
    text = str(value).replace("\r", "")[:LONGEST_BLOCK].replace("```", "'''")
    return f"```text\n{text}\n```"


def title(payload: dict[str, object]) -> str:
    """`[product] ErrorType: message`."""
    product, kind, message = (field(payload.get(name, "")) for name in ("product", "type", "message"))
    product = re.sub(r"[\[\]]", " ", product) or "report"
    return f"[{product}] {kind}: {message}"[:LONGEST_TITLE]


def body(payload: dict[str, object]) -> str:
    """The report in the format of servers."""
    fields = [f"**{told}:** {field(payload[name])}" for name, told in FIELDS.items() if payload.get(name)]
    blocks = [f"## {told}\n\n{block(payload[name])}" for name, told in BLOCKS.items() if payload.get(name)]
    return "\n\n".join(["\n".join(fields), *blocks]) + "\n"


if __name__ == "__main__":
    parts = {"title": title, "body": body}
    sys.stdout.write(parts[sys.argv[1]](json.loads(os.environ["PAYLOAD"])))
