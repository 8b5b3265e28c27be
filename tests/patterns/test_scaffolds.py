"""A piece of a file parses as what it is a piece of."""

import pytest

from homeostat.patterns.grammars import GRAMMARS
from homeostat.patterns.trees import Node, parse

PIECES = {
    "Python, within brackets": ("python", "        b,\n        c)\n    return d\n", "return_statement"),
    "Python, after an exception": ("python", "        a()\n    except E:\n        b()\n", "except_clause"),
    "Python, a header at the end": ("python", "    a()\n    if b:\n", "if_statement"),
    "Python, open at the end": ("python", "x = f(a,\n      b,\n", "argument_list"),
    "Python, a string with a bracket": ("python", "    a = ')'\n    # don't )\n    b(a)\n", "call"),
    "JavaScript, methods": ("javascript", "  }\n\n  area(x) {\n    return x;\n", "method_definition"),
    "JavaScript, an async method": (
        "javascript", "  }\n  async area(x) {\n    return x;\n  }\n", "method_definition"
    ),
    "JavaScript, an object": ("javascript", "  a: 1,\n  b: f(2),\n", "pair"),
    "JavaScript, an object given to a call": ("javascript", "    a: 1,\n  });\n  b();\n", "pair"),
    "JavaScript, else": ("javascript", "    a();\n  } else {\n    b();\n", "else_clause"),
    "JavaScript, catch": ("javascript", "    a();\n  } catch (e) {\n    b();\n  }\n", "catch_clause"),
    "JavaScript, cases": (
        "javascript", "    case 1:\n      a();\n    case 2:\n      b();\n", "switch_case"
    ),
    "JavaScript, a callback": ("javascript", "    a();\n  });\n  b();\n", "function_expression"),
    "JavaScript, a condition": ("javascript", "    a &&\n    b) {\n    c();\n  }\n", "if_statement"),
    "JavaScript, a regex with a bracket": ("javascript", "  a = /[)]/;\n  b(a);\n", "regex"),
    "TypeScript, a method with types": (
        "typescript", "  }\n\n  area(x: number): number {\n    return x;\n  }\n", "method_definition"
    ),
    "TypeScript, parameters": (
        "typescript", "  a: string,\n  b: number,\n): boolean {\n  return a;\n}\n",
        "function_declaration"
    ),
    "PHP, methods": (
        "php", "    }\n\n    public function a($b)\n    {\n        return $b;\n", "method_declaration"
    ),
    "PHP, an array": ("php", "    'a' => 1,\n    'b' => 2,\n", "array_element_initializer"),
    "PHP, an array that ends": ("php", "    'a' => 1,\n  );\n  $b = 2;\n", "array_element_initializer"),
    "Java, methods": (
        "java", "    }\n\n    public int a(int b) {\n        return b;\n    }\n", "method_declaration"
    ),
}  # fmt: skip


def errors(node: Node) -> list[str]:
    return [one.text for one in node.walk() if one.kind == "ERROR"]


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_is_read_without_an_error(name: str) -> None:
    language, text, kind = PIECES[name]
    root = parse(text, GRAMMARS[language])
    assert errors(root) == []
    assert kind in [node.kind for node in root.walk()]


@pytest.mark.parametrize("name", PIECES)
def test_what_is_put_around_is_no_code_of_the_piece(name: str) -> None:
    language, text, _ = PIECES[name]
    inside = [one for one in parse(text, GRAMMARS[language]).leaves if one.start >= 0]
    assert all(one.text == text[one.start : one.end] and one.end <= len(text) for one in inside)


@pytest.mark.parametrize(
    "text", [")", "}}}}]", "((((", "'", "`", "/*", "}" * 5_000, "[" * 5_000, "{:,;=.?=>"]
)
@pytest.mark.parametrize("language", GRAMMARS)
def test_wreckage_is_read_too(language: str, text: str) -> None:
    assert parse(text, GRAMMARS[language]).end == len(text)
