"""Draws the menu of a site from its description in JSON."""

import json

INDENT = "  "


class Entry:
    """One entry of the menu with all that lies below it."""

    def __init__(self, label, path, children=()):
        self.label = label
        self.path = path
        self.children = list(children)

    def walk(self, depth=0):
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


def _entry(node, parent=""):
    path = f"{parent}/{node['slug']}"
    children = [_entry(child, path) for child in node.get("children", [])]
    return Entry(node.get("label") or node["slug"].title(), path, children)


def read_menu(text):
    """The entries at the top of a menu."""
    return [_entry(node) for node in json.loads(text)["menu"]]


def draw(entries):
    """The menu as indented lines."""
    lines = []
    for entry in entries:
        for depth, below in entry.walk():
            lines.append(f"{INDENT * depth}{below.label} ({below.path})")
    return "\n".join(lines)


def paths(entries):
    return [below.path for entry in entries for _, below in entry.walk()]
