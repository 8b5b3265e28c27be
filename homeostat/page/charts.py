"""Charts as SVG that a page can hold: no script, no style of their own, named for who cannot see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring  # nosec B405

import pygal

WIDTH, HEIGHT = 520, 220
_UNSEEN = frozenset({"defs", "title", "desc"})
"""Styles and scripts stand in `defs`."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over some labels, one series beside or upon the other."""

    id: str
    title: str
    told: str
    """What it shows, in a sentence with its numbers."""
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[float | None]]]
    stacked: bool = False
    lying: bool = False
    form: Callable[[float], str] = "{:g}".format


def svg(chart: Chart) -> str:
    """The chart as an element for HTML; its colours are those that the page gives to `color-0` and so on."""
    kinds = {(True, False): pygal.StackedBar, (False, True): pygal.HorizontalBar}
    made = kinds.get((chart.stacked, chart.lying), pygal.Bar)(
        width=WIDTH,
        height=max(HEIGHT // 2, 32 * len(chart.labels) + 30) if chart.lying else HEIGHT,
        js=(),
        show_legend=False,
        disable_xml_declaration=True,
        margin=4,
        margin_left=44 if chart.lying else 4,  # a narrow page has larger letters
        spacing=12,
        min_scale=3,
        max_scale=5,
        rounded_bars=2,
        value_formatter=chart.form,
        y_labels=_whole(chart),
        truncate_label=-1,
    )
    made.x_labels = [*chart.labels]
    for name, values in chart.series:
        made.add(name, [*values])
    root: Element = made.render_tree()
    return _named(_bare(root), chart)


def _whole(chart: Chart) -> list[int] | None:
    """What an axis of few pieces bears: no half of one."""
    columns = zip(*(values for _, values in chart.series), strict=True)
    sums = [sum(value or 0 for value in column) for column in columns]
    few = max(sums, default=0) <= FEW and all(isinstance(one, int) for one in sums)
    return [*range(max(map(int, sums), default=0) + 1)] if few else None


FEW = 5


def _bare(root: Element) -> Element:
    """Without what a page must not take from elsewhere, and without words for the mouse alone."""
    for parent in [*root.iter()]:
        for child in [*parent]:
            name = _local(child)
            words = child.attrib.get("class", "")
            if name in _UNSEEN or name.startswith("<") or "tooltip" in words.split():
                parent.remove(child)
            child.attrib.pop("style", None)
    return root


def _local(element: Element) -> str:
    """Its tag without the namespace; that of a comment is a function."""
    return str(element.tag).rpartition("}")[2]


def _named(root: Element, chart: Chart) -> str:
    viewbox = root.attrib["viewBox"]
    root.attrib.clear()
    root.attrib |= {
        "viewBox": viewbox,
        "class": "chart lying" if chart.lying else "chart",
        "role": "img",
        "aria-labelledby": f"{chart.id}-title {chart.id}-told",
    }
    for number, (tag, text) in enumerate((("title", chart.title), ("desc", chart.told))):
        named = Element(tag, id=f"{chart.id}-{'title' if tag == 'title' else 'told'}")
        named.text = text
        root.insert(number, named)
    return tostring(root, encoding="unicode", method="html")
