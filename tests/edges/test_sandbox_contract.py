"""What every sandbox must do, whatever it runs on."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from homeostat.edges.sandbox import ProcessSandbox
from homeostat.ports import Sandbox
from tests.sidecars import contained

Factory = Callable[[Path, dict[str, str], Collection[str]], AbstractContextManager[Sandbox]]
FILES = {"src/app.txt": "broken\n", "name.txt": "app\n", "tests/t.txt": "strict\n", "run.ini": "all\n"}
GOVERNING = frozenset({"tests/t.txt", "run.ini"})


@contextmanager
def by_processes(home: Path, files: dict[str, str], governing: Collection[str]) -> Iterator[Sandbox]:
    def populate(tree: Path) -> None:
        for path, text in files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(text.encode())

    yield ProcessSandbox(home / "sandbox", populate, governing=lambda: governing)


FACTORIES: dict[str, Factory] = {"processes": by_processes, "sidecars": contained}


@pytest.fixture(params=list(FACTORIES.values()), ids=list(FACTORIES))
def sandbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sandbox]:
    factory: Factory = request.param
    with factory(tmp_path, FILES, GOVERNING) as made:
        yield made


def test_no_setup_is_no_run(sandbox: Sandbox) -> None:
    assert sandbox.prepare(None, timeout=5) is None
    assert sandbox.run("cat src/app.txt name.txt", {}, timeout=5).output == "broken\napp\n"


def test_a_command_that_says_nothing_is_told_with_its_exit_code(sandbox: Sandbox) -> None:
    sandbox.prepare(None, timeout=5)
    run = sandbox.run("exit 3", {}, timeout=5)
    assert (run.command, run.exit_code, run.output, run.truncated) == ("exit 3", 3, "", False)
    assert not run.timed_out


def test_setup_is_told_and_what_it_made_is_there_in_each_run(sandbox: Sandbox) -> None:
    setup = sandbox.prepare("tr a-z A-Z <name.txt >made.txt; echo done; exit 4", timeout=5)
    assert setup is not None
    assert (setup.exit_code, setup.output) == (4, "done\n")
    runs = [sandbox.run("cat made.txt && rm made.txt", {}, timeout=5) for _ in range(2)]
    assert [run.output for run in runs] == ["APP\n", "APP\n"]


def test_edits_are_written_for_one_run_byte_for_byte(sandbox: Sandbox) -> None:
    sandbox.prepare(None, timeout=5)
    edits = {"src/app.txt": "größer\r\nno end", "deep/new/file.txt": "new\n"}
    assert (
        sandbox.run("cat src/app.txt deep/new/file.txt", edits, timeout=5).output == "größer\r\nno endnew\n"
    )
    assert (
        sandbox.run("cat src/app.txt; ls", {}, timeout=5).output == "broken\nname.txt\nrun.ini\nsrc\ntests\n"
    )


def test_every_command_runs_at_the_same_path(sandbox: Sandbox) -> None:
    setup = sandbox.prepare("pwd", timeout=5)
    assert setup is not None
    assert [sandbox.run("pwd", {}, timeout=5).output for _ in range(2)] == [setup.output] * 2


def test_a_command_is_stopped_at_its_time_limit(sandbox: Sandbox) -> None:
    sandbox.prepare(None, timeout=5)
    run = sandbox.run("echo begun; sleep 30", {}, timeout=0.3)
    assert run.timed_out
    assert run.output == "begun\n"
    assert 0.3 <= run.seconds < 5


def test_output_keeps_the_order_of_both_streams(sandbox: Sandbox) -> None:
    sandbox.prepare(None, timeout=5)
    assert sandbox.run("echo 1; echo 2 >&2; echo 3", {}, timeout=5).output == "1\n2\n3\n"


READ = "cat tests/t.txt run.ini && ls tests && test ! -L tests -a ! -L run.ini"


@pytest.mark.parametrize(
    "setup",
    [
        pytest.param("true", marks=pytest.mark.slow),
        pytest.param("echo lax >tests/t.txt; echo none >run.ini", marks=pytest.mark.slow),
        pytest.param("rm -r tests run.ini", marks=pytest.mark.slow),
        "rm -r tests run.ini; mkdir -p run.ini/deep; echo lax >tests",
        "mkdir mine; echo lax >mine/t.txt; rm -r tests; ln -s mine tests; ln -sf src/app.txt run.ini",
        pytest.param(
            "ln -f src/app.txt tests/t.txt; chmod 0555 tests; chmod 0444 run.ini", marks=pytest.mark.slow
        ),
    ],
    ids=["untouched", "changed", "removed", "of another kind", "replaced by links", "read-only"],
)
def test_what_governs_the_tests_is_the_pristine_tree_s_whatever_the_setup_made_of_it(
    sandbox: Sandbox, setup: str
) -> None:
    sandbox.prepare(f"{setup}; echo made >made.txt", timeout=5)
    for _ in range(2):
        run = sandbox.run(f"{READ} && cat made.txt src/app.txt", {}, timeout=5)
        assert (run.exit_code, run.output) == (0, "strict\nall\nt.txt\nmade\nbroken\n")
        sandbox.run("echo lax >tests/t.txt; echo lax >run.ini; echo lax >tests/more.txt", {}, timeout=5)


def test_no_restoration_leaves_the_tree(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    sandbox.prepare(
        f"rm -r tests run.ini; ln -s {tmp_path}/mine tests; ln -s {tmp_path}/mine/x run.ini", timeout=5
    )
    assert sandbox.run(READ, {}, timeout=5).exit_code == 0
    assert list((tmp_path / "mine").iterdir()) == []
