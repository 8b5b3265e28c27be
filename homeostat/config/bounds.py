"""YAML that would grow or nest without bound is refused from its events, before anything is built."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from homeostat.config.problems import Problem, mark_of, quoted

MAX_NODES = 100_000
MAX_ALIASES = 100
MAX_DEPTH = 20


def excess(events: Iterable[yaml.Event]) -> Problem | None:
    """The first thing that is too much, or that no configuration needs; None when all may be built."""
    scale = _Scale()
    for event in events:
        told = scale.refusal(event)
        if told:
            return Problem(mark_of(event.start_mark), (), told)
    return None


@dataclass(slots=True)
class _Weight:
    """How big a node is once its aliases are written out."""

    anchor: str | None
    nodes: int = 1
    height: int = 1


@dataclass(slots=True)
class _Scale:
    """Adds up a stream of events; `open` holds the collections around the current one."""

    open: list[_Weight] = field(default_factory=list)
    known: dict[str, _Weight] = field(default_factory=dict)
    aliases: int = 0
    nodes: int = 0
    documents: int = 0

    def refusal(self, event: yaml.Event) -> str | None:
        """Why this event is one too many, or None."""
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            return "a second document begins here; keep one per file" if self.documents > 1 else None
        if isinstance(event, yaml.CollectionEndEvent):
            return self._add(self.open.pop())
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor))
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            return self._node(event)
        return None

    def _node(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> str | None:
        if event.tag is not None:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            return f"the tag {quoted(shown)} is not supported; remove it"
        self.nodes += 1
        weight = _Weight(event.anchor)
        if isinstance(event, yaml.ScalarEvent):
            return self._add(weight)
        self.open.append(weight)
        return self._excess(0)

    def _alias(self, anchor: str) -> str | None:
        self.aliases += 1
        if any(around.anchor == anchor for around in self.open):
            return f"the alias {quoted(anchor)} stands inside itself"
        if anchor not in self.known:
            return f"the alias {quoted(anchor)} has no anchor"
        known = self.known[anchor]
        self.nodes += known.nodes
        return self._add(_Weight(None, known.nodes, known.height))

    def _add(self, weight: _Weight) -> str | None:
        """Give a finished node to the collection around it."""
        if weight.anchor is not None:
            self.known[weight.anchor] = weight
        excess = self._excess(weight.height)
        if self.open:
            around = self.open[-1]
            around.nodes += weight.nodes
            around.height = max(around.height, weight.height + 1)
        return excess

    def _excess(self, height: int) -> str | None:
        if len(self.open) + height > MAX_DEPTH:
            return f"nested more than {MAX_DEPTH} levels deep"
        if self.aliases > MAX_ALIASES:
            return f"more than {MAX_ALIASES} aliases"
        if self.nodes > MAX_NODES:
            return f"more than {MAX_NODES} values once aliases are written out"
        return None
