"""A rule in ast-grep's YAML, where it is proved on examples that both change the same code alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import yaml
from ast_grep_py import SgNode, SgRoot

from homeostat.patterns.abstraction import SITE, Level, keys
from homeostat.patterns.grammars import CONSTANTS, GRAMMARS, Grammar
from homeostat.patterns.lessons import key_names
from homeostat.patterns.rewrites import CLOSES, HOLE, OPENS, applied, filled, marks, squeezed
from homeostat.patterns.teaching import NamedRule
from homeostat.patterns.trees import NUMBER, STRING, Node, parse

if TYPE_CHECKING:
    from ast_grep_py import Config

_HOLE = re.compile("\N{SECTION SIGN}(?P<role>[a-z]?)(?P<number>[0-9]{1,2})")
_FILLINGS: tuple[Mapping[str, str], ...] = (
    {"": "alpha{}", STRING: '"text{}"', NUMBER: "7{}"},
    {"": "beta{}.gamma(1)", STRING: "'other{}'", NUMBER: "{}5"},
    {"": "None", STRING: '""', NUMBER: "0"},
    {"": "null", STRING: '"a" + "b"', NUMBER: "x{}"},
)
"""What holes stand for in the examples: names, larger pieces, and what no hole may stand for."""
_AROUND = ("{}", "f({})", "if ({}) g()", "[{}, 1]")
"""What the examples stand in."""
_MEANT = f"^({'|'.join(sorted(CONSTANTS))})$"
"""What is kept as it is, and no hole."""
_WHOLE = f"{OPENS}{SITE}{CLOSES}"
_UNSAID = re.compile(r"\A\Z|\n|\$[A-Z_]")
"""New code that is none, of several lines, or with what ast-grep takes for a hole."""
NOWHERE = "0"
"""The context of a rule that does not ask what its place stands in."""


def as_yaml(rule: NamedRule) -> str | None:
    """The rule for ast-grep; None where it cannot be said, or is not proved to mean the same."""
    level, inside, told = rule.place.partition("||")
    if not inside or level[1] != NOWHERE or marks(rule.code) or _UNSAID.search(rule.code):
        return None
    grammar = GRAMMARS[rule.language]
    pattern = told.partition(":")[2] if level[0] == Level.PARTS else told
    examples = [code for filling in _FILLINGS for code in _examples(pattern, filling, grammar)]
    matcher = _matcher(rule, pattern, grammar)
    if matcher is None or not _is_proved(rule, matcher, examples, grammar):
        return None
    about = rule.error_type or "an error"
    head = {"id": rule.id, "language": grammar.parser, "severity": "hint"}
    message = f"Code of this form has raised {about}, and was mended so."
    fix = _named(HOLE, rule.code.replace(_WHOLE, _named(_HOLE, pattern)))
    whole = {**head, "message": message, **matcher, "fix": fix}
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)


def _named(holes: re.Pattern[str], text: str) -> str:
    return holes.sub(lambda hole: f"$H{hole['number']}", text)


def _matcher(rule: NamedRule, pattern: str, grammar: Grammar) -> dict[str, Any] | None:
    """What ast-grep looks for; the kinds of nodes are those that the first example has there."""
    filling = _FILLINGS[0]
    example = list(_examples(pattern, filling, grammar))[1]
    site = next((site for site, _ in reversed([*_sites(rule, example, grammar)])), None)
    if site is None:
        return None
    constraints = {}
    for hole in _HOLE.finditer(pattern):
        kinds = sorted({leaf.kind for leaf in site.leaves if leaf.text == _filled(hole, filling)})
        any_kind = {"any": [{"kind": kind} for kind in kinds]} if hole["role"] else {}
        constraints[f"H{hole['number']}"] = {**any_kind, "not": {"regex": _MEANT}}
    matcher: dict[str, Any] = {"rule": {"pattern": _named(_HOLE, pattern), "kind": site.kind}}
    return {**matcher, "constraints": constraints} if constraints else matcher


def _examples(pattern: str, filling: Mapping[str, str], grammar: Grammar) -> Iterator[str]:
    code = _HOLE.sub(lambda hole: _filled(hole, filling), pattern)
    return (f"{grammar.opening}{around.format(code)}\n" for around in _AROUND)


def _filled(hole: re.Match[str], filling: Mapping[str, str]) -> str:
    return filling.get(hole["role"], filling[""]).format(hole["number"])


def _is_proved(
    rule: NamedRule, matcher: Mapping[str, Any], examples: Sequence[str], grammar: Grammar
) -> bool:
    """Whether both make the same texts of every example, and some."""
    try:
        pairs = [(_ours(rule, text, grammar), _theirs(rule, matcher, text, grammar)) for text in examples]
    except RuntimeError:  # ast-grep refuses the pattern
        return False
    return all(ours == theirs for ours, theirs in pairs) and any(ours for ours, _ in pairs)


def _sites(rule: NamedRule, text: str, grammar: Grammar) -> Iterator[tuple[Node, Mapping[str, int]]]:
    for node in parse(text, grammar).walk():
        for key in keys(node, grammar) if node.start >= 0 else ():
            if rule.place in key_names(key, rule.error_type):
                yield node, key.holes


def _ours(rule: NamedRule, text: str, grammar: Grammar) -> set[str]:
    return {
        squeezed(applied(text, site, filled(rule.code, holes, {}), grammar))
        for site, holes in _sites(rule, text, grammar)
    }


def _theirs(rule: NamedRule, matcher: Mapping[str, Any], text: str, grammar: Grammar) -> set[str]:
    found = set()
    config = cast("Config", matcher)
    for node in SgRoot(text, grammar.parser).root().find_all(config):
        code = HOLE.sub(partial(_captured, node), rule.code)
        place = node.range()
        found.add(squeezed(text[: place.start.index] + code + text[place.end.index :]))
    return found


def _captured(node: SgNode, hole: re.Match[str]) -> str:
    return node.text() if hole[0] == _WHOLE else node[f"H{hole['number']}"].text()
