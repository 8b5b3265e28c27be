"""Errors as web pages show them: PHP and Xdebug print HTML, and people paste its source."""

from __future__ import annotations

import re

_MARKED = re.compile(r"<br ?/?>|</(?:b|td|th|tr|font|span|pre|p|div|li|code)>")
_XDEBUG_PLACE = re.compile(
    r"<td title='(?P<file>[^'\n]{1,1000})'[^>\n]{0,60}>[^<\n]{0,200}<b>:</b>(?P<line>[0-9]{1,9})</td>"
)
_BREAK = re.compile(r"<(?:br ?/?|/tr|/p|/div|/li|/h[1-6])>\n?|<li>")
_CELL = re.compile(r"</t[dh]>")
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|font|span|table|tbody|thead|tr|th|td|p|div|pre|code|ul|ol|li|a|h[1-6]|small|html|body)"
    r"(?: [^<>\n]{0,400})?>"
)
_NAMED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&nbsp;": " ", "&amp;": "&"}
"""The last one last: what it makes is no entity."""
_NUMBERED = re.compile(r"&#(?:x(?P<hex>[0-9a-fA-F]{2})|0?(?P<digits>[0-9]{2,3}));")


def without_markup(text: str) -> str:
    """The text that a browser would show; a text that holds no such markup stays as it is."""
    if "<" in text and _MARKED.search(text):
        text = _XDEBUG_PLACE.sub(r" \g<file>:\g<line>", text)
        text = _TAG.sub("", _CELL.sub(" ", _BREAK.sub("\n", text))).replace("( ! ) ", "")
    if "&" in text:
        text = _NUMBERED.sub(_character, text) if "&#" in text else text
        for entity, plain in _NAMED.items():
            text = text.replace(entity, plain)
    return text


def _character(found: re.Match[str]) -> str:
    return chr(int(found["hex"], 16) if found["hex"] else int(found["digits"]))
