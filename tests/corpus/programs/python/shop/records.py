"""Errors that come from below: the standard library, and endless recursion."""

import json


def parse(text):
    return json.loads(text)


def root_of(record):
    return root_of(record) if record["parent"] else record
