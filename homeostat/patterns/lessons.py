"""A fix becomes rules, one at each level of its abstraction; later fixes tell how far each is right."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b, sha256
from itertools import islice
from typing import NamedTuple

from homeostat.patterns.abstraction import Key, Level, keys
from homeostat.patterns.edits import Edit, edits_between
from homeostat.patterns.grammars import CONSTANTS, Grammar
from homeostat.patterns.rewrites import (
    CLOSES,
    MOST_FOUND,
    MOST_FOUND_FOR_ERROR,
    OPENS,
    Rewrite,
    joint_of,
    replacement,
    squeezed,
    written,
)
from homeostat.patterns.scope import Odds, Scope
from homeostat.patterns.search import moves
from homeostat.patterns.trees import TOKEN, Node, parse, role
from homeostat.records import Fix, Precedent, Rules

LARGEST = 80
"""Tokens that a rule has at most on either side."""
LONGEST = 2_000
"""Characters."""
MOST_PLACES = 600
"""Places that are looked at in one piece of code."""
SPREAD = 4
"""Fixes that a rule is remembered to come from, each of another repository."""
WORD_WEIGHT, SWAP_WEIGHT = 60.0, 200.0
_SPECIFIC = (Level.EXACT, Level.VARIABLES)
_CLOSED = re.compile(
    rf"(?:{OPENS}[a-z]?[0-9]{{1,3}}{CLOSES}|[^\w\"'`$]|\b(?:and|or|not|in|is|await|return|new)\b)*+"
)
"""New code that names nothing of its own."""


_DATA = re.compile(
    r"""["'`][^"'`\n]{40}|[0-9]{7}|[\w+-]@[\w-]"""
    r"""|(?<![\w/+=-])(?=[A-Za-z_/+=-]{0,40}[0-9])(?=[0-9_/+=-]{0,40}[A-Za-z])[\w/+=-]{20}"""
)
"""What is somebody's data and no part of a rule: long texts, long numbers, addresses, keys and tokens."""


@lru_cache(maxsize=200_000)
def _is_closed(text: str) -> bool:
    return _CLOSED.fullmatch(text) is not None


def is_rule(level: Level, text: str, tally: Sequence[int]) -> bool:
    """Whether a tally makes a rule: one fix says too little in general when it names things of its own."""
    return tally[0] > 1 or level in _SPECIFIC or _is_closed(text)


def learn(known: Rules, fix: Fix, grammar: Grammar) -> bool:
    """Count a fix in; False when it says nothing that a rule could repeat.

    `known` changes in place: its rules are first tried on the fix, then learn from it.
    """
    if squeezed(fix.before) == squeezed(fix.after) or OPENS in fix.after:
        return False
    before, after = parse(fix.before, grammar), parse(fix.after, grammar)
    edits = [edit for edit in edits_between(before, after, grammar) if _fits(edit)]
    scope = Scope(before, grammar)
    places = list(places_on(before, *changed_lines(fix.before, fix.after), scope, grammar))
    rules, takes = _rules(edits, scope, grammar, fix.error_type)
    taught = _Taught(rules, frozenset(edit.site for edit in edits))
    known.fixes += 1
    _count_places(known, places, taught, grammar, fix.error_type)
    _count_rules(known, rules, fix.seen_in)
    known.takes.update(takes)
    _count_words(known, edits, places, scope, grammar)
    _count_moves(known, edits, places, scope, grammar)
    return bool(rules)


def changed_lines(before: str, after: str) -> tuple[int, int]:
    """The first and last line, 1-based, that a change replaces, or that it inserts before."""
    old, new = before.split("\n"), after.split("\n")
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    left = most - start
    stop = next((at for at in range(left) if old[-1 - at] != new[-1 - at]), left)
    return start + 1, max(start + 1, len(old) - stop)


def lines_changed(source: str, site: Node, code: str, grammar: Grammar) -> tuple[int, int]:
    """The lines that change when new code takes the place of `site`."""
    start, end, text = replacement(source, site, code, grammar)
    begin, stop = source.rfind("\n", 0, start) + 1, source.find("\n", end)
    rest = source[end : stop if stop >= 0 else None]
    above = source.count("\n", 0, begin)
    first, last = changed_lines(source[begin:end] + rest, source[begin:start] + text + rest)
    return above + first, above + last


def places_on(root: Node, first: int, last: int, scope: Scope, grammar: Grammar) -> Iterator[Node]:
    """Nodes of some lines: those that begin there, and small ones that end there."""
    return islice(_places(root, first, last, scope, grammar), MOST_PLACES)


def _places(root: Node, first: int, last: int, scope: Scope, grammar: Grammar) -> Iterator[Node]:
    for node in root.walk():
        if node.start < 0 or node.parent is None or not _may_change(node, grammar):
            continue
        begin, end = scope.line(node.start), scope.line(node.end - 1)
        if begin > last or end < first:
            continue
        small = node.size <= LONGEST and len(node.leaves) <= LARGEST // 2
        if begin >= first or (end <= last and small):
            yield node


def _may_change(node: Node, grammar: Grammar) -> bool:
    if node.children or role(node, grammar) != TOKEN:
        return True
    return node.text in CONSTANTS or node.kind != node.text


@lru_cache(maxsize=200_000)
def seen_row(name: str) -> str:
    """A key's name in the table of places: most of them have no rule, and their code is not kept."""
    return blake2b(name.encode(errors="replace"), digest_size=6).hexdigest()


def key_names(key: Key, *errors: str | None) -> Iterator[str]:
    """The names that a key has in the tables: its own, and those of the errors which it was seen with."""
    yield key.text
    for error in filter(None, errors):
        yield f"{key.level}{key.context}!{error}{key.text[2:]}"


def is_about_error(name: str) -> bool:
    """Whether a key is about one type of error."""
    return name[2:3] == "!"


RULE, EDIT = "r-", "s-"
"""What the ids of general rules begin with, and those of edits that no one learned."""
SEARCH = "search: "
"""What the place of such an edit begins with."""


def rule_id(name: str, text: str) -> str:
    """The name of a rule: the same wherever it is learned."""
    begin = EDIT if name.startswith(SEARCH) else RULE
    return begin + sha256(f"{name}\n{squeezed(text)}".encode(errors="replace")).hexdigest()[:12]


def _fits(edit: Edit) -> bool:
    sides = ((edit.site,), edit.after)
    return all(
        sum(node.size for node in side) <= LONGEST and sum(len(node.leaves) for node in side) <= LARGEST
        for side in sides
    )


_Lessons = dict[str, dict[str, Rewrite]]
_Takes = dict[str, dict[str, list[str]]]


def _nothing(text: str, use: str) -> str:  # noqa: ARG001 - a Takes
    return ""


class _Taught(NamedTuple):
    """What a fix is an example of, and where: the same code beside it was right as it was."""

    rules: _Lessons
    sites: frozenset[Node]


def _rules(
    edits: Sequence[Edit], scope: Scope, grammar: Grammar, error_type: str | None
) -> tuple[_Lessons, _Takes]:
    found: _Lessons = {}
    takes: _Takes = {}
    for edit in edits:
        joint = joint_of(edit.site, grammar)
        for key in keys(edit.site, grammar):
            plain = written(edit.after, key.holes, grammar, takes=_nothing, joint=joint)
            taking = written(edit.after, key.holes, grammar, takes=scope.taken, joint=joint)
            for name in key_names(key, error_type):
                rules = [rule for rule in _kept(name, key, plain, taking) if not _DATA.search(rule.text)]
                if rules and not _DATA.search(name):
                    found.setdefault(name, {}).update({squeezed(rule.text): rule for rule in rules})
                if taking in rules and is_about_error(name):
                    stands = {mark: scope.stands(text, edit.site) for mark, text in taking.found.items()}
                    takes[rule_id(name, taking.text)] = stands
    return found, takes


def _kept(name: str, key: Key, plain: Rewrite, taking: Rewrite) -> list[Rewrite]:
    """The fix in its own words, and with what it takes from around it, as far as each makes a rule."""
    about_error = is_about_error(name)
    most = MOST_FOUND_FOR_ERROR if about_error else MOST_FOUND
    kept = [taking] if 0 < len(taking.found) <= most else []
    # About its error one fix is enough for a rule; but its own names mean nothing elsewhere.
    own = about_error and taking.found and key.level not in _SPECIFIC
    return kept if own else [plain, *kept]


def _count_rules(known: Rules, rules: _Lessons, seen_in: Precedent) -> None:
    if rules and known.precedents[-1:] != [seen_in]:  # its other places came right before
        known.precedents.append(seen_in)
    where = len(known.precedents) - 1
    for name, rewrites in rules.items():
        tallies = known.rules.setdefault(name, {})
        for wanted, rewrite in rewrites.items():
            same = next((text for text in tallies if squeezed(text) == wanted), rewrite.text)
            tally = tallies.setdefault(same, [0])
            tally[0] += 1
            if len(tally) <= SPREAD and _is_elsewhere(known, tally, seen_in):
                tally.append(where)


def _is_elsewhere(known: Rules, tally: Sequence[int], seen_in: Precedent) -> bool:
    return all(known.precedents[number].repository != seen_in.repository for number in tally[1:])


def class_of(key: Key, fixes: int, seen: int) -> str:
    """What makes two rules as trustworthy: their level and context, how many fixes, and which share."""
    many = fixes if fixes < 3 else 3 if fixes < 6 else 4 if fixes < 20 else 5  # noqa: PLR2004 - rough steps
    share = max(-12, round(math.log2(fixes / max(seen, fixes))))
    return f"{key.level}{key.context},{many},{share}"


def _count_places(
    known: Rules, places: Sequence[Node], fix: _Taught, grammar: Grammar, error_type: str | None
) -> None:
    for place in places:
        rules = fix.rules if place in fix.sites else {}
        for key in keys(place, grammar):
            for name in key_names(key, error_type):
                row_name = seen_row(name)
                seen = known.seen.get(row_name, 0)
                for text, tally in known.rules.get(name, {}).items():
                    if name != key.text or is_rule(key.level, text, tally):
                        row = known.trials.setdefault(class_of(key, tally[0], seen), [0, 0])
                        row[0] += name in rules and squeezed(text) in rules[name]
                        row[1] += 1
                known.seen[row_name] = seen + 1


_MOVE = "search "


def move_row(name: str) -> str:
    """The name that an edit of the search has among the trials."""
    return _MOVE + name


def is_class(row: str) -> bool:
    """Whether a row of the trials is about a class of rules."""
    return not row.startswith(_MOVE)


def _count_moves(
    known: Rules, edits: Sequence[Edit], places: Sequence[Node], scope: Scope, grammar: Grammar
) -> None:
    right = {
        (edit.site, squeezed(joint_of(edit.site, grammar).join(node.text for node in edit.after)))
        for edit in edits
    }
    mended = {site for site, _ in right}
    for place in places:
        for name, _, text in moves(place, grammar, scope):
            row = known.trials.setdefault(move_row(name), [0, 0])
            row[0] += place in mended and (place, squeezed(text)) in right
            row[1] += 1


def _count_words(
    known: Rules, edits: Sequence[Edit], places: Sequence[Node], scope: Scope, grammar: Grammar
) -> None:
    swapped = {
        (edit.site, edit.after[0].text)
        for edit in edits
        if len(edit.after) == 1 and not edit.site.children and not edit.after[0].children
    }
    swaps = Odds(known.swaps, SWAP_WEIGHT)
    for place in places:
        use = "" if place.children else role(place, grammar)
        for word in scope.fitting(use, place) if use else ():
            swaps.note(scope.features(word, use, place), right=(place, word) in swapped)
    words = Odds(known.words, WORD_WEIGHT)
    for site, use, taken in _taken(edits, scope, grammar):
        for word in scope.fitting(use, site):
            words.note(scope.features(word, use, site), right=word == taken)


def _taken(edits: Sequence[Edit], scope: Scope, grammar: Grammar) -> set[tuple[Node, str, str]]:
    """Each word that a fix took from around it: the place, the role, the word."""
    found = set()
    for edit in edits:
        joint = joint_of(edit.site, grammar)
        for key in keys(edit.site, grammar):
            taking = written(edit.after, key.holes, grammar, takes=scope.taken, joint=joint)
            if len(taking.found) <= MOST_FOUND:
                found |= {(edit.site, mark[1], text) for mark, text in taking.found.items()}
    return found
