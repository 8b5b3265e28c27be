"""Answers that make tests pass and mend nothing: code for the test's values, for the test run, for silence.

Judged on what a change adds, against the file before and the tests that show the failure. A change that only
looks like one costs a try; one that is let through costs a person's trust.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import PurePosixPath

from ast_grep_py import SgNode, SgRoot

from homeostat.conventions import LANGUAGES
from homeostat.repair.outline import nodes
from homeostat.repair.seen import SMALL, STATUS, Seen, Special, words
from homeostat.repair.special import NUMBERS, STRINGS, called_name, named, plain, specials

TABLE = 2
"""Entries that make a table of what is known."""
MORE = 3
"""Entries that a fix may add to any table; to a greater one as many as it has."""
ALIKE = 0.6
"""How much of a literal one has that it may have been before."""
DIGITS = 3
"""More than these, without the zeros around them, tell of the one case that they come from."""
COMMON_NUMBERS = words("1024 2048 4096 8192 65535 65536 604800 31536000 3306 5432 6379 27017")
"""But not sizes, ports and spans of time."""
LOOKS = "looks at who runs it"
_STRANGE = {
    "ends the program": (
        r"\b(?:sys|os|Deno)\s*\.\s*_?exit\b|\bos\s*\.\s*(?:abort|kill)\b|\braise\s+(?:SystemExit|KeyboardInterrupt)\b"
        r"|(?<![\w.$>])(?:_?exit|quit|die)\s*[(;]|\bprocess\s*\.\s*(?:exit(?:Code)?|reallyExit|abort|kill|on(?:ce)?)\b"
        r"|\bprocess\s*\[|\}\s*=\s*process\b|\bimport\s+_?exit\b|\batexit\b|\bregister_shutdown_function\b"
    ),
    LOOKS: (
        r"\b(?:pytest|unittest|mocha|vitest|phpunit|PHPUnit)\b|PYTEST_|JEST_|VITEST|PHPUNIT_|NODE_ENV|NODE_TEST"
        r"|\bsys\s*\.\s*(?:modules|_getframe|_current_frames|settrace|setprofile)\b|\bPHP_SAPI\b|\bphp_sapi_name\b"
        r"|\binspect\s*\.\s*(?:stack|currentframe|getouterframes|trace)\b|\bimport\s+(?:stack|currentframe)\b"
        r"|\b(?:process\s*\.\s*(?:argv|execArgv)|sys\s*\.\s*argv|sys\s*\.\s*orig_argv)\b"
        r"|\b(?:err|error|e|ex|exception)\s*\.\s*stack\b|\bError\s*+(?:\([^()\n]{0,80}\)\s*+)?(?:\)\s*+)?\.\s*stack\b"
        r"|\bstack\s*\}\s*=\s*new\s+Error\b|\bcaptureStackTrace\b|\bprepareStackTrace\b|\bdebug_backtrace\b"
        r"|\btraceback\s*\.\s*(?:extract|format|print|walk)_stack\b|\bgetTraceAsString\b"
        r"|(?<!\nif __name__ == .)\b__main__\b|(?<!\nif \()\brequire\s*\.\s*main\b"
        r"|\btypeof\s+(?:describe|it|test|jest|expect|vi|suite)\b|\bglobalThis\s*\.\s*(?:describe|it|test|jest)\b"
        r"|\b(?:environ|getenv|env)\b\W{0,3}(?:get\W{1,3})?(?:CI|GITHUB_\w+|\w*TEST\w*)\b"
    ),
    "changes what equality or an assertion means": (
        r"\bdef\s+__(?:eq|ne|bool|instancecheck|subclasscheck)__\b|\.\s*__(?:eq|ne|bool|class)__\s*=[^=]"
        r"|\bassert(?:Equal|True|Raises)?\s*=[^=]|^[^\S\n]*__(?:eq|ne|bool)__\s*=[^=]"
        r"|\b(?:assert|expect)\s*\.\s*\w+\s*=[^=]|\bexpect\s*\.\s*extend\b|\bObject\s*\.\s*is\s*=[^=]"
        r"|\bbuiltins\b|__builtins__|\bSymbol\s*\.\s*toPrimitive\b|\b(?:globalThis|global)\s*\.\s*\w+\s*=[^=]"
        r"|\b(?:Object|Array|String|Number|Boolean|Function|Promise|Map|Set|Error|Date|RegExp|Symbol)"
        r"\s*\.\s*prototype\b(?!\s*\.\s*\w+\s*\.\s*(?:call|apply)\b)|\b__proto__\b"
        r"|\bsetattr\s*\(\s*\w*(?:test|case)"
    ),
    "skips tests": (
        r"\bskip(?:If|Unless|Test)\s*\(|\bSkipTest\b|\bxfail\b|\bmarkTest|\bx(?:it|describe|test)\s*\("
        r"|\b(?:it|test|describe|suite|context)\s*\.\s*(?:skip|only|todo)\b"
    ),
    "runs text as code, or a program": (
        r"(?<![\w.])(?:eval|__import__)\s*\(|(?<![\w.>])(?:exec|system)\s*\(|\bimportlib\b|\brunpy\b|\bsubprocess\b"
        r"|\bos\s*\.\s*(?:system|popen|exec\w+|spawn\w+)\b|\bchild_process\b|(?<![\w.])Function\s*\("
        r"|\bvm\s*\.\s*run|\bshell_exec\b|\bpassthru\b|\bproc_open\b|\bpcntl_exec\b|\bctypes\b"
        r"|\b(?:globalThis|window)\s*\.\s*eval\b"
    ),
    "catches every error and goes on": (
        r"\bsuppress\s*\([^()\n]{0,200}\b(?:Base)?Exception\b|\bsys\s*\.\s*excepthook\b|\bset_e(?:rror|xception)_handler\b"
    ),
}
"""What no mend of an error needs, by what it does; told where a change has more of it than there was."""
_PATTERNS = {name: re.compile(pattern, re.MULTILINE) for name, pattern in _STRANGE.items()}

_DIGIT = re.compile(r"\d")
_BROAD = frozenset({"Exception", "BaseException", "Throwable", "Error"})
_TYPES = frozenset({"type_list", "catch_formal_parameter", "catch_declaration"})
"""Where PHP, Java and C# say what they catch; JavaScript cannot."""
_THROWS = frozenset({"raise_statement", "throw_statement", "throw_expression"})
_HANDS_ON = frozenset({"reject", "next", "done", "callback", "cb"})
"""Functions that an error is given to in place of being thrown."""
_FUNCTIONS = frozenset({"arrow_function", "function_expression"})
_BODIES = frozenset({"block", "statement_block", "compound_statement"})
_GIVES = frozenset({"return_statement", "yield", "yield_expression"})
_NAMES_A_VALUE = frozenset({"assignment", "assignment_expression", "variable_declarator"})
_ASSIGNS = _NAMES_A_VALUE | {"augmented_assignment"}
_NAMES_A_FUNCTION = _NAMES_A_VALUE | {"field_definition", "pair", "public_field_definition"}
_COMMON = frozenset(
    {"0", "1", "", "True", "False", "None", "true", "false", "null", "undefined", "[]", "{}", "()"}
)
"""What any function may return."""
_CONSTANTS = frozenset({"true", "false", "none", "null", "boolean", "undefined"})


def is_idle(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether a change leaves the code as it was, and touches comments and blanks only."""
    return all(_code(path, before.get(path, "")) == _code(path, text) for path, text in after.items())


def _code(path: str, text: str) -> list[str]:
    """A file as its tree without comments; its lines where the language cannot be read."""
    language = LANGUAGES.get(PurePosixPath(path).suffix)
    if language is None:
        return text.split("\n")
    found = []
    for node in nodes(SgRoot(text, language).root()):
        inner = [child for child in node.children() if "comment" not in child.kind()]
        if "comment" not in node.kind():
            found.append(f"{node.kind()} {len(inner) or node.text()}")
    return found


def shortcuts(before: Mapping[str, str], after: Mapping[str, str], tests: Sequence[str]) -> tuple[str, ...]:
    """Every such thing that new texts by path add; `tests` are the texts of files that show the failure."""
    seen = Seen(tests)
    found = [
        f"{path}: it {what}"
        for path, text in after.items()
        for what in dict.fromkeys(_told(path, before.get(path, ""), text, seen))
    ]
    return tuple(found)


def special_cases(
    before: Mapping[str, str], after: Mapping[str, str], tests: Sequence[str]
) -> tuple[str, ...]:
    """Those of them alone that treat the tests' values apart, or answer with them whatever is asked."""
    seen = Seen(tests)
    found = [
        f"{path}: it {what}"
        for path, text in after.items()
        if PurePosixPath(path).suffix in LANGUAGES
        for what in dict.fromkeys(_apart(path, before.get(path, ""), text, seen))
    ]
    return tuple(found)


def _told(path: str, before: str, after: str, seen: Seen) -> Iterator[str]:
    for what, pattern in _PATTERNS.items():
        old_words, new_words = pattern.findall(before), pattern.findall(after)
        if what == LOOKS and set(new_words) <= set(old_words):
            continue  # a program that reads its arguments may read one more
        if len(new_words) > len(old_words):
            yield what
    language = LANGUAGES.get(PurePosixPath(path).suffix)
    if language is None:
        return
    old, new = _Program.read(before, language), _Program.read(after, language)
    if len(new.silenced) > len(old.silenced):
        yield "catches every error and goes on"
    yield from _fixed(old, new, seen)


def _apart(path: str, before: str, after: str, seen: Seen) -> Iterator[str]:
    language = LANGUAGES[PurePosixPath(path).suffix]
    return _fixed(_Program.read(before, language), _Program.read(after, language), seen)


def _fixed(old: _Program, new: _Program, seen: Seen) -> Iterator[str]:
    """What it does for the tests' values alone."""
    gone = [one.asked for one in old.specials - new.specials]
    entered = [
        one
        for one in new.specials - old.specials
        if not (
            _completes(one, old, new)
            or _counts(one)
            or any(_is_spelt_anew(one.asked, before) for before in gone)
        )
    ]
    strange = {one.asked for one in entered if seen.tells(one, old.words)}
    if strange:
        yield f"treats values of the test apart: {', '.join(sorted(strange)[:3])}"
    given = [one for one in new.returned - old.returned if one not in old.words and seen.expects(one)]
    instead = given and new.computing < old.computing  # a default beside what is found takes nothing away
    silent = len(new.silenced) > len(old.silenced) and any(map(_DIGIT.search, given))  # no word for "unknown"
    if (
        instead
        or silent
        or any(map(_tells, given))
        or any(_is_fixed(name, old, new, seen) for name in new.answers)
    ):
        yield "answers with the value that the test expects, whatever it is given"


def _tells(value: str) -> bool:
    """Whether no default is such a number: of many digits, none of them round."""
    if value in COMMON_NUMBERS or not re.fullmatch(r"-?\d+\.?\d*", value):
        return False
    return len(re.sub(r"\D", "", value).strip("0")) > DIGITS


def _completes(special: Special, old: _Program, new: _Program) -> bool:
    """Whether it is one of a few entries that a table lacked."""
    known, told = ({one for one in it.specials if one.table == special.table} for it in (old, new))
    grown = len(known) >= TABLE and len(told) <= len(known) + max(len(known), MORE)
    answers = len(told) > TABLE and all(STATUS.fullmatch(one.asked) for one in told)
    return special.table != "" and (grown or answers)


def _counts(special: Special) -> bool:
    """Whether it is an entry of a table of ranks, amounts or switches."""
    return special.table.isidentifier() and special.answer in SMALL - {""}


def _is_spelt_anew(word: str, before: str) -> bool:
    """Whether it stands for a literal that was much like it, and is a word."""
    return word.isalpha() and SequenceMatcher(None, word, before).ratio() > ALIKE


def _is_fixed(name: str, old: _Program, new: _Program, seen: Seen) -> bool:
    """Whether a function has come to answer with one literal: of the test's, or in place of what it found."""
    answer = new.answers[name]
    return answer != old.answers.get(name) and (
        name in old.giving or (answer not in _COMMON and seen.holds(answer))
    )


@dataclass(frozen=True)
class _Program:
    """The nodes of a file, in order, and what they do."""

    nodes: Sequence[tuple[str, SgNode]]

    @classmethod
    def read(cls, text: str, language: str) -> _Program:
        return cls([(node.kind(), node) for node in nodes(SgRoot(text, language).root())])

    @cached_property
    def specials(self) -> frozenset[Special]:
        """What it asks of values."""
        return frozenset(specials(self.nodes))

    @cached_property
    def words(self) -> frozenset[str]:
        """The literals and the names in it."""
        literals = (plain(node) for kind, node in self.nodes if kind in STRINGS or kind in NUMBERS)
        names = (node.text() for kind, node in self.nodes if kind.endswith("identifier") or kind == "name")
        return frozenset(word for word in (*literals, *names) if word is not None)

    @cached_property
    def returned(self) -> Counter[str]:
        """Literals that are returned as they stand, somewhere."""
        told = (node for kind, node in self.nodes if kind == "return_statement")
        values = (plain(inner) for one in told for inner in named(one) if inner.kind() in STRINGS | NUMBERS)
        return Counter(value for value in values if value is not None)

    @cached_property
    def computing(self) -> int:
        """How many places set or return what they find."""
        return len(self._computed) + sum(kind in _ASSIGNS for kind, _ in self.nodes)

    @cached_property
    def silenced(self) -> list[SgNode]:
        """Handlers of every error that raise none."""
        return [node for kind, node in self.nodes if self._silences(kind, node)]

    def _silences(self, kind: str, node: SgNode) -> bool:
        if kind == "finally_clause":
            return self._holds(self._returns, node)  # to return there drops what was raised
        if kind in {"except_clause", "catch_clause"}:
            return _is_broad(kind, node) and not self._holds(self._throws, node)
        if kind == "call_expression" and called_name(node) in {"catch", "then"}:
            given = node.field("arguments")
            taken = named(given)[called_name(node) == "then" :][:1] if given else []
            return any(one.kind() in _FUNCTIONS and not self._holds(self._throws, one) for one in taken)
        return False

    def _positions(self, kinds: frozenset[str]) -> list[int]:
        return sorted(node.range().start.index for kind, node in self.nodes if kind in kinds)

    @cached_property
    def _returns(self) -> list[int]:
        return self._positions(_GIVES | {"raise_statement", "throw_statement"})

    @cached_property
    def _throws(self) -> list[int]:
        handed = (
            node.range().start.index
            for kind, node in self.nodes
            if kind == "call_expression" and called_name(node) in _HANDS_ON
        )
        return sorted([*self._positions(_THROWS), *handed])

    @cached_property
    def _computed(self) -> list[int]:
        """Where something is returned that is no literal."""
        kinds = _GIVES - {"return_statement"}
        told = (node for kind, node in self.nodes if kind == "return_statement")
        found = [one.range().start.index for one in told if any(_literal(two) is None for two in named(one))]
        return sorted([*found, *self._positions(kinds)])

    @staticmethod
    def _holds(positions: Sequence[int], node: SgNode) -> bool:
        """Whether one of the positions lies in a node."""
        span = node.range()
        at = bisect_left(positions, span.start.index)
        return at < len(positions) and positions[at] < span.end.index

    @cached_property
    def _functions(self) -> list[tuple[str, SgNode]]:
        """(name, body) of every function that has a name of its own or is given one."""
        found = []
        for kind, node in self.nodes:
            name, holder = node.field("name"), node
            if kind in _NAMES_A_FUNCTION and (inner := named(node)):
                name, holder = inner[0], inner[-1]
            body = holder.field("body") if re.search("function|method|lambda", holder.kind()) else None
            if name and body:
                found.append((name.text(), body))
        return found

    @cached_property
    def answers(self) -> dict[str, str]:
        """Functions that come to one literal whatever they are given, by name."""
        told = ((name, self._only(body)) for name, body in self._functions)
        return {name: answer for name, answer in told if answer is not None}

    @cached_property
    def giving(self) -> frozenset[str]:
        """Functions that return what they find."""
        return frozenset(
            name
            for name, body in self._functions
            if (body.kind() not in _BODIES and _literal(body) is None) or self._holds(self._computed, body)
        )

    def _only(self, body: SgNode) -> str | None:
        """The literal that a body returns before it can return anything else."""
        if body.kind() not in _BODIES:
            return _literal(body)
        for statement in named(body):
            if statement.kind() == "return_statement":
                value = named(statement)
                return _resolved(value[0], body) if len(value) == 1 else None
            if self._holds(self._returns, statement):
                return None
        return None


def _literal(node: SgNode) -> str | None:
    if node.kind() in _CONSTANTS or node.text() in {"[]", "{}", "()", "null", "undefined"}:
        return node.text()
    return plain(node)


def _resolved(value: SgNode, body: SgNode) -> str | None:
    """A returned literal, or the one in a variable that is set once and then returned."""
    name = value.text()
    if not re.fullmatch(r"\$?\w+", name) or value.kind() in STRINGS | NUMBERS:
        return _literal(value)
    uses = len(re.findall(rf"(?<![\w.$]){re.escape(name)}(?!\w)", body.text()))
    if uses != 2:  # noqa: PLR2004 - set and returned
        return _literal(value)
    for statement in named(body):
        inner = named(statement)
        set_to = named(inner[0]) if len(inner) == 1 else []
        if len(set_to) > 1 and set_to[0].text() == name:
            return _literal(set_to[-1])
    return _literal(value)


def _is_broad(kind: str, node: SgNode) -> bool:
    if kind == "except_clause":
        caught = [one for one in named(node) if one.kind() != "block"]
    else:
        caught = [one for one in node.children() if one.kind() in _TYPES]
    return not caught or any(word in _BROAD for word in re.findall(r"\w+", caught[0].text()))
