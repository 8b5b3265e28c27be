"""The rules of the house that no linter knows: sizes, names, and who may touch the world."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUNDLED = ROOT / "homeostat" / "demo" / "repositories"
MODULES = sorted(path for path in (ROOT / "homeostat").rglob("*.py") if BUNDLED not in path.parents)
TESTS = sorted(path for path in (ROOT / "tests").rglob("*.py"))
BAG_NAME = re.compile(r"(Manager|Helper|Util|Utils|Handler|Service)$")
VAGUE_VERB = re.compile(r"^_?(process|handle|do)_")
TEMPLATES = sorted((ROOT / "homeostat" / "templates").glob("*.md"))
HARD_WRAP = re.compile(r"^(?![|<$#>`-]).*[^\s>]\n(?![|<$#>`-])\S.*", re.MULTILINE)
"""Two lines of one paragraph: GitHub breaks a text of an issue or a pull request where we do."""
KNOWS_ENVIRONMENT = ("edges/", "config/", "cli/")

Rule = Callable[[Path], None]


def each(paths: Sequence[Path]) -> Callable[[Rule], Callable[[], None]]:
    """A rule for many files in one test: a thousand of a millisecond each would take ten seconds."""

    def made(rule: Rule) -> Callable[[], None]:
        def test() -> None:
            told = {str(path.relative_to(ROOT)): _broken(rule, path) for path in paths}
            assert {path: why for path, why in told.items() if why} == {}

        return test

    return made


def _broken(rule: Rule, path: Path) -> str:
    try:
        rule(path)
    except AssertionError as error:
        return str(error)
    return ""


module = each(MODULES)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        node for node in ast.walk(_tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@module
def test_a_module_has_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@module
def test_a_function_has_at_most_40_lines_and_a_telling_name(path: Path) -> None:
    long = [node.name for node in _functions(path) if (node.end_lineno or node.lineno) - node.lineno + 1 > 40]
    vague = [node.name for node in _functions(path) if VAGUE_VERB.match(node.name)]
    assert not long
    assert not vague


@each(TEMPLATES)
def test_a_template_for_github_has_each_paragraph_on_one_line(path: Path) -> None:
    assert not HARD_WRAP.findall(path.read_text(encoding="utf-8"))


@module
def test_no_class_is_a_bag(path: Path) -> None:
    assert not [
        n.name for n in ast.walk(_tree(path)) if isinstance(n, ast.ClassDef) and BAG_NAME.search(n.name)
    ]


@module
def test_only_edges_command_line_and_configuration_know_the_environment(path: Path) -> None:
    place = str(path.relative_to(ROOT / "homeostat"))
    knows = re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8")) is not None
    assert not knows or place.startswith(KNOWS_ENVIRONMENT)


def _calls(path: Path, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


@module
def test_only_the_gate_says_that_a_text_is_safe(path: Path) -> None:
    if path.name != "outbound.py":
        assert not [node.lineno for node in _calls(path, "Plain", "Markdown", "cast") if _makes_safe(node)]


def _makes_safe(node: ast.Call) -> bool:
    return ast.unparse(node.func) != "cast" or any(
        word in ast.unparse(node) for word in ("Plain", "Markdown")
    )


def _is_ours(node: ast.expr) -> bool:
    """Whether every text that it may give stands in the program."""
    if isinstance(node, ast.IfExp):
        return _is_ours(node.body) and _is_ours(node.orelse)
    return isinstance(node, ast.Constant)


@module
def test_our_own_words_stand_in_the_program(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [
        n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "homeostat.outbound"
    ]
    gates = {alias.name for one in imports for alias in one.names} & {"plain", "markdown", "joined", "page"}
    foreign = [node.lineno for node in _calls(path, *gates) if not _is_ours(node.args[0])]
    assert not foreign, "the first argument is a literal: what comes from outside is passed beside it"


@each(TESTS)
def test_tests_use_real_things(path: Path) -> None:
    banned = ["unittest" + ".mock", "Magic" + "Mock", "monkeypatch" + ".setattr", "pytest.mark" + ".skip"]
    text = path.read_text(encoding="utf-8")
    assert not [word for word in banned if word in text]
