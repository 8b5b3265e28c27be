"""What GitHub Actions' files get from us, read back the way the runner reads them."""

from pathlib import Path

import pytest

from homeostat.edges.actions import write_outputs, write_summary
from homeostat.records import Markdown, Plain


def outputs_in(file: Path) -> dict[str, str]:
    """The runner's own reading: `name<<DELIMITER`, lines, the delimiter alone on a line."""
    lines = iter(file.read_text(encoding="utf-8").split("\n")[:-1])
    found = {}
    for opening in lines:
        name, fence = opening.split("<<", 1)
        value = list(iter(lambda: next(lines), fence))
        found[name] = "\n".join(value)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.touch()
    return path


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({}, id="no variable"),
        pytest.param({"GITHUB_OUTPUT": "", "GITHUB_STEP_SUMMARY": ""}, id="empty variable"),
        pytest.param(
            {"GITHUB_OUTPUT": "/nowhere/at/all", "GITHUB_STEP_SUMMARY": "/nowhere/at/all"}, id="missing file"
        ),
        pytest.param({"GITHUB_OUTPUT": "/", "GITHUB_STEP_SUMMARY": "/"}, id="a folder"),
    ],
)
def test_without_the_runners_file_nothing_is_written(environ: dict[str, str]) -> None:
    write_outputs(environ, {"created": Plain("1")})
    assert write_summary(environ, Markdown("# Done")) is False
    assert not Path("/nowhere").exists()


def test_outputs_are_appended_to_those_that_stand(file: Path) -> None:
    write_outputs({"GITHUB_OUTPUT": str(file)}, {"created": Plain("1"), "status": Plain("healed")})
    write_outputs({"GITHUB_OUTPUT": str(file)}, {"cost": Plain("0.00")})
    assert outputs_in(file) == {"created": "1", "status": "healed", "cost": "0.00"}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("", id="empty"),
        pytest.param("1\nstatus=healed", id="another output"),
        pytest.param("1\nstatus<<END\nhealed\nEND", id="another output with a delimiter"),
        pytest.param("a<<b", id="the operator"),
        pytest.param("end-\nend-00", id="the delimiter's beginning"),
        pytest.param("naïve ✓\n\n", id="unicode and line ends"),
    ],
)
def test_a_value_stays_one_output_whatever_it_holds(file: Path, value: str) -> None:
    write_outputs({"GITHUB_OUTPUT": str(file)}, {"title": Plain(value), "created": Plain("1")})
    assert outputs_in(file) == {"title": value, "created": "1"}


def test_a_value_that_repeats_an_earlier_delimiter_cannot_end_its_own(file: Path) -> None:
    write_outputs({"GITHUB_OUTPUT": str(file)}, {"first": Plain("1")})
    fence = file.read_text().split("\n")[-2]
    hostile = f"x\n{fence}\nstatus<<{fence}\nhealed\n{fence}"
    write_outputs({"GITHUB_OUTPUT": str(file)}, {"second": Plain(hostile)})
    assert outputs_in(file) == {"first": "1", "second": hostile}


def test_every_output_has_a_delimiter_of_its_own(file: Path) -> None:
    write_outputs({"GITHUB_OUTPUT": str(file)}, {"a": Plain("1"), "b": Plain("1"), "c": Plain("1")})
    fences = {line for line in file.read_text().split("\n") if line.startswith("end-")}
    assert len(fences) == 3
    assert all(len(fence) == len("end-") + 32 for fence in fences)


def test_the_summary_is_appended(file: Path) -> None:
    assert write_summary({"GITHUB_STEP_SUMMARY": str(file)}, Markdown("# One ✓\n")) is True
    assert write_summary({"GITHUB_STEP_SUMMARY": str(file)}, Markdown("two\n")) is True
    assert file.read_text(encoding="utf-8") == "# One ✓\ntwo\n"
