"""The schema as the one description of repos.yml: what it says is checked here and told in plain words."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, cast

from homeostat.config.filters import compiled
from homeostat.config.problems import Keys, Problem, near_miss, quoted
from homeostat.config.source import Document, Json, scalar

if TYPE_CHECKING:
    from jsonschema import FormatChecker, ValidationError
    from jsonschema.protocols import Validator

    Errors = Iterator[ValidationError]


@cache
def schema() -> Mapping[str, Any]:
    """repos.schema.json as it is shipped."""
    text = (files("homeostat") / "repos.schema.json").read_text("utf-8")
    return cast("Mapping[str, Any]", json.loads(text))


def repository_keys() -> Mapping[str, Mapping[str, Any]]:
    """What a repository may carry, each key with its own schema."""
    return cast("Mapping[str, Mapping[str, Any]]", schema()["definitions"]["repository"]["properties"])


def problems(document: Document) -> list[Problem]:
    """Everything that the schema has against a document."""
    errors = list(_validator().iter_errors(document.value))
    mistyped = {tuple(error.absolute_path) for error in errors if error.validator == "type"}
    unread = {(problem.mark, problem.keys) for problem in document.problems}
    told = (
        _told(error, document)
        for error in errors
        if error.validator == "type" or tuple(error.absolute_path) not in mistyped
    )
    return [problem for problem in told if (problem.mark, problem.keys) not in unread]


# --- the validator ------------------------------------------------------------------------------


@cache
def _validator() -> Validator:
    # jsonschema takes 100 ms to import; commands that read no configuration need not wait for it.
    from jsonschema import Draft7Validator, validators  # noqa: PLC0415

    types = Draft7Validator.TYPE_CHECKER.redefine("integer", lambda _types, value: type(value) is int)
    extend: Callable[..., type[Validator]] = validators.extend
    strict = extend(Draft7Validator, _KEYWORDS, type_checker=types)
    return strict(schema(), format_checker=_formats())


def _formats() -> FormatChecker:
    from jsonschema import FormatChecker  # noqa: PLC0415

    checker = FormatChecker(formats=())
    checker.checks("path-pattern", raises=(ValueError, re.error, Warning))(_is_path_pattern)
    return checker


def _is_path_pattern(value: object) -> bool:
    if not isinstance(value, str) or len(value) > schema()["definitions"]["path_pattern"]["maxLength"]:
        return True  # other keywords tell of it, and a long one takes seconds to compile
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return all(part.include is not None for part in compiled(value).patterns)


# Three keywords of our own: one error for each key or entry, with that key or entry in its path.


def _missing(_caller: Validator, required: list[str], value: object, _schema: object) -> Errors:
    if isinstance(value, dict):
        yield from (_error(key, None) for key in required if key not in value)


def _unknown(_caller: Validator, _allowed: object, value: Json, schema: Mapping[str, Any]) -> Errors:
    for key in value if isinstance(value, dict) else ():
        if key not in schema["properties"]:
            yield _error(key, key)


def _repeated(_caller: Validator, _unique: object, value: Json, _schema: object) -> Errors:
    seen: set[str] = set()
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str) and item in seen:
            yield _error(index, item)
        elif isinstance(item, str):
            seen.add(item)


def _error(at: str | int, found: object) -> ValidationError:
    from jsonschema import ValidationError  # noqa: PLC0415

    return ValidationError("", path=[at], instance=found)


_KEYWORDS = {"required": _missing, "additionalProperties": _unknown, "uniqueItems": _repeated}


# --- in plain words -----------------------------------------------------------------------------


def _told(error: ValidationError, document: Document) -> Problem:
    keys: Keys = tuple(error.absolute_path)
    keyword = str(error.validator)
    if keyword == "required":
        mark = document.marks[keys[:-1]]
    elif keyword == "additionalProperties":
        mark = document.key_marks[keys]
    else:
        mark = document.marks[keys]
    return Problem(mark, keys, _WORDS[keyword](error.instance, error.validator_value, error.schema))


def _type_words(found: Json, expected: str | list[str], _schema: object) -> str:
    accepted = [expected] if isinstance(expected, str) else expected
    wanted = " or ".join(_TYPES[name] for name in accepted)
    hints = [_HINTS[name](found) for name in accepted if name in _HINTS]
    if found is None:
        hints.append("give it a value or remove the key")
    return "; ".join([f"expected {wanted}, found {_described(found)}", *filter(None, hints)][:2])


def _choice_words(found: Json, choices: list[str], schema: Mapping[str, Any]) -> str:
    told = schema.get("errorMessage") or f"expected one of {', '.join(choices)}"
    return f"{told}, found {_described(found)}" + near_miss(str(found), choices)


def _own_words(found: Json, _limit: object, schema: Mapping[str, Any]) -> str:
    told = schema.get("patternErrorMessage") or schema["errorMessage"]
    return f"{told}, found {_described(found)}"


def _unknown_words(found: str, _allowed: object, schema: Mapping[str, Any]) -> str:
    return "unknown key" + near_miss(found, schema["properties"])


_WORDS: Mapping[str, Callable[[Any, Any, Any], str]] = {
    "additionalProperties": _unknown_words,
    "const": _own_words,
    "enum": _choice_words,
    "exclusiveMinimum": lambda found, limit, _: f"expected more than {limit}, found {_described(found)}",
    "format": _own_words,
    "maxLength": lambda _found, limit, _: f"longer than {limit} characters",
    "maximum": lambda found, limit, _: f"expected at most {limit}, found {_described(found)}",
    "minItems": lambda _found, _limit, _: "needs at least one entry",
    "minLength": lambda _found, _limit, _: "must not be empty",
    "minimum": lambda found, limit, _: f"expected at least {limit}, found {_described(found)}",
    "not": _own_words,
    "pattern": _own_words,
    "required": lambda _found, _limit, schema: schema.get("errorMessage", "missing; it must be given"),
    "type": _type_words,
    "uniqueItems": lambda found, _limit, _: f"{_described(found)} is listed twice",
}

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "nothing",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}


def _described(found: Json) -> str:
    if isinstance(found, str):
        return f"the string {quoted(found)}"
    if isinstance(found, list | dict):
        return "a list" if isinstance(found, list) else "a mapping"
    return "nothing" if found is None else f"the {_kind(found)} {json.dumps(found)}"


def _kind(found: float) -> str:
    return "boolean" if isinstance(found, bool) else "number"


# --- slips of type ------------------------------------------------------------------------------


def _list_hint(found: Json) -> str:
    if not isinstance(found, str | int | float):
        return ""
    entry = str(found)
    return f"write it as a list: [{entry if _WORD.fullmatch(entry) else quoted(entry)}]"


def _string_hint(found: Json) -> str:
    return "put it in quotes" if isinstance(found, int | float) else ""


def _number_hint(found: Json) -> str:
    return "remove the quotes" if isinstance(found, str) and _reads_as(found, (int, float)) else ""


def _integer_hint(found: Json) -> str:
    if isinstance(found, float) and found.is_integer():
        return f"write {int(found)}"
    return "remove the quotes" if isinstance(found, str) and _reads_as(found, (int,)) else ""


def _boolean_hint(found: Json) -> str:
    if not isinstance(found, str):
        return ""
    meant = _SPOKEN.get(found.casefold())
    return f"write {meant}" if meant else ""


def _reads_as(text: str, kinds: tuple[type, ...]) -> bool:
    """Whether the text would be one of these kinds without its quotes."""
    try:
        return type(scalar(text)) in kinds
    except ValueError:
        return False


_WORD = re.compile(r"[\w./*-]{1,60}")

_SPOKEN = {
    **dict.fromkeys(("yes", "y", "on"), "true"),
    **dict.fromkeys(("no", "n", "off"), "false"),
    "true": "true without quotes",
    "false": "false without quotes",
}

_HINTS: Mapping[str, Callable[[Json], str]] = {
    "array": _list_hint,
    "boolean": _boolean_hint,
    "integer": _integer_hint,
    "number": _number_hint,
    "string": _string_hint,
}
