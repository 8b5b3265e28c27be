"""Turns the items of a news feed into plain entries."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass

SUMMARY_LENGTH = 60


@dataclass(frozen=True)
class Entry:
    """One item; a text that the feed does not give is empty."""

    title: str
    link: str
    summary: str


def _text(item, tag):
    return item.find(tag).text.strip()


def shorten(text, length=SUMMARY_LENGTH):
    """The text, cut at a word when it is too long."""
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + "…"


def _entry(item):
    return Entry(
        title=_text(item, "title"),
        link=_text(item, "link"),
        summary=shorten(_text(item, "description")),
    )


def read_feed(document):
    """The entries of a feed, in its order."""
    channel = ET.fromstring(document)
    return [_entry(item) for item in channel.iter("item")]


def digest(document):
    """One line for each entry: its title, and its summary if it has one."""
    lines = []
    for entry in read_feed(document):
        lines.append(f"{entry.title}: {entry.summary}" if entry.summary else entry.title)
    return lines
