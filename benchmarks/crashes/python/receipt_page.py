"""Renders receipts as small web pages."""

from dataclasses import dataclass
from html import escape

PAGE = """<!doctype html>
<title>Receipt {number}</title>
<style>
  td.amount {text-align: right}
</style>
<table>
{rows}
<tr><th>Total</th><td class="amount">{total}</td></tr>
</table>
"""

ROW = '<tr><td>{label}</td><td class="amount">{amount}</td></tr>'


@dataclass(frozen=True)
class Line:
    label: str
    cents: int
    count: int = 1


def money(cents: int) -> str:
    """An amount such as 12.50, with a sign in front."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def total(lines: list[Line]) -> int:
    return sum(line.cents * line.count for line in lines)


def render_row(line: Line) -> str:
    label = escape(line.label)
    if line.count != 1:
        label = f"{line.count} × {label}"
    return ROW.format(label=label, amount=money(line.cents * line.count))


def render_receipt(number: str, lines: list[Line]) -> str:
    """The whole page."""
    rows = "\n".join(render_row(line) for line in lines)
    return PAGE.format(number=escape(number), rows=rows, total=money(total(lines)))
