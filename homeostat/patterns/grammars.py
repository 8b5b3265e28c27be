"""What the trees of each language call things: names, literals, lists. The rest knows no language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Words = frozenset[str]


def _words(text: str) -> Words:
    return frozenset(text.split())


CONSTANTS = _words(
    "true false none self cls this super null undefined nil parent static True False None NULL TRUE FALSE"
)
"""Names that a language gives a meaning of their own: kept as they are, never a hole."""

EXPRESSIONS = _words(
    "attribute member_expression call call_expression subscript subscript_expression binary_operator"
    " binary_expression comparison_operator member_access_expression member_call_expression"
    " function_call_expression class_constant_access_expression method_invocation field_access array_access"
)
"""Kinds of small expressions that a fix may take from the code around it as a whole."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The node kinds of one tree-sitter grammar that matter here."""

    parser: str
    """As ast-grep calls it."""
    names: Words
    strings: Words
    numbers: Words
    leaves: Words
    """Kinds whose inside is not looked at."""
    commas: Words
    """Lists whose items are set off by commas."""
    blocks: Words
    """Lists of statements."""
    through: Words
    """Kinds that only wrap what they hold: brackets, an argument."""
    members: Words
    calls: Words
    keyed: Words = frozenset()
    """Pairs whose first part is a key."""
    opening: str = ""
    """What a fragment needs in front to be code at all."""


_PYTHON = Grammar(
    parser="python",
    names=_words("identifier"),
    strings=_words("string"),
    numbers=_words("integer float"),
    leaves=_words("string"),
    commas=_words(
        "argument_list parameters list tuple set dictionary expression_list pattern_list lambda_parameters"
        " import_from_statement import_statement subscript global_statement"
    ),
    blocks=_words("module block"),
    through=_words("argument_list parenthesized_expression expression_statement"),
    members=_words("attribute"),
    calls=_words("call"),
    keyed=_words("keyword_argument pair"),
)
_JAVASCRIPT = Grammar(
    parser="javascript",
    names=_words(
        "identifier property_identifier shorthand_property_identifier shorthand_property_identifier_pattern"
        " private_property_identifier statement_identifier type_identifier"
    ),
    strings=_words("string template_string"),
    numbers=_words("number"),
    leaves=_words("string regex"),
    commas=_words(
        "arguments formal_parameters array object object_pattern array_pattern sequence_expression"
        " variable_declaration lexical_declaration named_imports export_clause"
    ),
    blocks=_words("program statement_block class_body switch_body switch_case switch_default"),
    through=_words("arguments parenthesized_expression expression_statement"),
    members=_words("member_expression"),
    calls=_words("call_expression new_expression"),
    keyed=_words("pair"),
)
_PHP = Grammar(
    parser="php",
    names=_words("name variable_name"),
    strings=_words("string encapsed_string"),
    numbers=_words("integer float"),
    leaves=_words("string variable_name encapsed_string qualified_name"),
    commas=_words("arguments formal_parameters array_creation_expression list_literal"),
    blocks=_words(
        "program compound_statement declaration_list switch_block case_statement default_statement"
    ),
    through=_words(
        "arguments argument parenthesized_expression expression_statement array_element_initializer"
    ),
    members=_words(
        "member_access_expression member_call_expression scoped_call_expression"
        " class_constant_access_expression"
    ),
    calls=_words(
        "function_call_expression object_creation_expression member_call_expression scoped_call_expression"
    ),
    opening="<?php ",
)
_JAVA = Grammar(
    parser="java",
    names=_words("identifier type_identifier"),
    strings=_words("string_literal character_literal"),
    numbers=_words("decimal_integer_literal decimal_floating_point_literal hex_integer_literal"),
    leaves=_words("string_literal character_literal"),
    commas=_words("argument_list formal_parameters array_initializer"),
    blocks=_words("program block class_body switch_block"),
    through=_words("argument_list parenthesized_expression expression_statement"),
    members=_words("field_access method_invocation"),
    calls=_words("method_invocation object_creation_expression"),
)


def _typed(parser: str) -> Grammar:
    fields = {name: getattr(_JAVASCRIPT, name) for name in Grammar.__slots__}
    return Grammar(**{**fields, "parser": parser})


GRAMMARS: Mapping[str, Grammar] = {
    "python": _PYTHON,
    "javascript": _JAVASCRIPT,
    "typescript": _typed("typescript"),
    "tsx": _typed("tsx"),
    "php": _PHP,
    "java": _JAVA,
}
FAMILIES = {"typescript": "javascript", "tsx": "javascript"}
"""Languages that learn together: what mends one mends the other."""

_ENDINGS = {"ts": "typescript", "mts": "typescript", "cts": "typescript", "tsx": "tsx", "jsx": "tsx"}


_LANGUAGES = {
    **dict.fromkeys(("js", "mjs", "cjs", "jsx"), "javascript"),
    **dict.fromkeys(("ts", "mts", "cts", "tsx"), "typescript"),
    "py": "python",
    "php": "php",
    "java": "java",
}


def language_of(path: str) -> str | None:
    """By a file's ending; None where rules cannot be learned from it."""
    return _LANGUAGES.get(path.rpartition(".")[2])


def grammar_of(language: str, path: str) -> Grammar | None:
    """By a file's ending where that says more than its language; None for a language that has none here."""
    return GRAMMARS.get(_ENDINGS.get(path.rpartition(".")[2], language))


def family(language: str) -> str:
    """The language under which rules are kept."""
    return FAMILIES.get(language, language)
