"""docker/run.sh on machines of every kind, driven without a runner."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.e2e.world import ORDERS, REPORTS, REPOS_YML, ROOT, TARGETS, World, world
from tests.page.ledgers import committed
from tests.page.ledgers import told as told_by_runs

RUN_SH = ROOT / "docker" / "run.sh"
TOOLS = ("bash", "env", "dirname", "date", "uname", "od", "tr")
"""What run.sh needs before it looks for Docker."""
RUNNER = 1001
"""The user that GitHub's runners work as."""


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory, emulate: Path) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("forge"), emulate) as made:
        yield made


@pytest.fixture
def workspace() -> Iterator[Path]:
    """A work tree that another user owns and nobody else may read, at a path with spaces."""
    with TemporaryDirectory(prefix="control (1) ") as name:
        folder = Path(name)
        (folder / ".homeostat").mkdir()
        (folder / ".homeostat" / "repos.yml").write_text(REPOS_YML, encoding="utf-8")
        for path in (folder, *folder.rglob("*")):
            path.chmod(path.stat().st_mode & 0o700)
            if os.getuid() == 0:
                os.chown(path, RUNNER, RUNNER)
        yield folder


def run(environment: Mapping[str, str], workspace: Path) -> subprocess.CompletedProcess[str]:
    """Run to the end, and see that nothing is left behind."""
    with started(environment, workspace) as leg:
        told, errors = leg.communicate(timeout=300)
    assert remains(leg) == []
    return subprocess.CompletedProcess(leg.args, leg.returncode, told, errors)


def started(environment: Mapping[str, str], workspace: Path) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([RUN_SH], env=environment, cwd=workspace, stdout=pipe, stderr=pipe, text=True)


def labels(*words: str) -> list[str]:
    """The run that each container or volume is of."""
    command = ["docker", *words, "--filter", "label=homeostat", "--format", '{{.Label "homeostat"}}']
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def remains(leg: subprocess.Popen[str]) -> list[str]:
    """Containers and volumes of a run, which has its process in its name."""
    return [name for name in labels("ps", "--all") + labels("volume", "ls") if f"-{leg.pid}-" in name]


# --- before any container ----------------------------------------------------------------------


def machine(folder: Path, **programs: str) -> str:
    """A PATH with little on it; `programs` are shell scripts by name."""
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name) or name)
    for name, text in programs.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return str(folder)


def test_a_runner_that_is_not_linux_hears_one_sentence(tmp_path: Path) -> None:
    told = run({"PATH": machine(tmp_path / "bin", uname="echo Darwin")}, tmp_path)
    assert told.returncode == 1
    assert told.stdout == (
        "::error title=Homeostat::Homeostat runs on Linux, and this runner is Darwin: "
        "choose a Linux runner, such as runs-on: ubuntu-latest.\n"
    )
    assert told.stderr == ""


def test_a_runner_without_docker_hears_one_sentence(tmp_path: Path) -> None:
    told = run({"PATH": machine(tmp_path / "bin")}, tmp_path)
    assert told.returncode == 1
    assert told.stdout.startswith(
        "::error title=Homeostat::Homeostat needs Docker, and this runner has no docker"
    )
    assert len(told.stdout.splitlines()) == 1


def test_a_docker_that_does_not_answer_is_told_of_in_one_sentence(tmp_path: Path, cache: Path) -> None:
    told = run({"PATH": os.environ["PATH"], "DOCKER_HOST": f"unix://{cache}/nobody.sock"}, tmp_path)
    assert told.returncode == 1
    assert told.stdout.startswith("::error title=Homeostat::Docker does not answer on this runner")
    assert len(told.stdout.splitlines()) == 1


def test_an_unknown_command_is_wrong_usage_and_fails_the_step(tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    outputs.touch()
    told = run(
        {"PATH": os.environ["PATH"], "HOMEOSTAT_COMMAND": "heel\n::x::", "GITHUB_OUTPUT": str(outputs)},
        tmp_path,
    )
    assert told.returncode == 2
    said = "There is no command 'heel%0A::x::': give heal, matrix, dashboard, validate or report."
    assert told.stdout == f"::error title=Homeostat::{said}\n"
    assert outputs.read_text(encoding="utf-8") == "status=failed\n"


# --- commands about all repositories -----------------------------------------------------------


def answered(text: str) -> dict[str, str]:
    """Outputs by name from a runner's file; the last of each counts."""
    return dict(re.findall(r"^(\S+)<<(?:\S+)\n(.*)\n", text, re.MULTILINE))


def test_the_matrix_is_an_output(forge: World, image: str, workspace: Path, tmp_path: Path) -> None:
    outputs = tmp_path / "outputs"
    outputs.touch()
    environment = forge.environment(
        HOMEOSTAT_IMAGE=image, HOMEOSTAT_COMMAND="matrix", GITHUB_OUTPUT=str(outputs)
    )
    told = run(environment, workspace)
    assert told.returncode == 0, told.stdout
    given = answered(outputs.read_text(encoding="utf-8"))
    assert [leg["repo"] for leg in json.loads(given["matrix"])["include"]] == [*TARGETS]
    assert given["legs"] == "3"


def test_a_report_sums_up_the_legs_whose_reports_lie_in_a_folder(
    forge: World, image: str, workspace: Path, tmp_path: Path
) -> None:
    summary = tmp_path / "summary"
    summary.touch()
    run(forge.environment(HOMEOSTAT_IMAGE=image, RUNNER_TEMP=str(tmp_path)), workspace)
    [report] = tmp_path.glob("homeostat-*/shared/reports/*.json")
    (workspace / "all legs" / "one").mkdir(parents=True)
    shutil.copy(report, workspace / "all legs" / "one")
    environment = forge.environment(
        HOMEOSTAT_IMAGE=image,
        HOMEOSTAT_COMMAND="report",
        HOMEOSTAT_REPORTS="all legs",
        HOMEOSTAT_EXPECTED=json.dumps({"include": [{"repo": ORDERS}, {"repo": REPORTS}]}),
        GITHUB_STEP_SUMMARY=str(summary),
    )
    told = run(environment, workspace)
    assert told.returncode == 0, told.stdout
    text = summary.read_text(encoding="utf-8")
    assert f"| {ORDERS} | nothing-to-do |" in text
    assert REPORTS in text


def test_the_report_page_is_made_of_a_checkout_of_the_ledger_and_handed_out(
    forge: World, image: str, workspace: Path
) -> None:
    committed(workspace / "the ledger", told_by_runs(20))
    environment = forge.environment(
        HOMEOSTAT_IMAGE=image,
        HOMEOSTAT_COMMAND="report",
        HOMEOSTAT_REPORTS="the ledger",
        HOMEOSTAT_HTML="site/index.html",
        GITHUB_REPOSITORY="acme/control",
    )
    told = run(environment, workspace)
    assert told.returncode == 0, told.stdout
    text = (workspace / "site" / "index.html").read_text(encoding="utf-8")
    assert "<title>acme/control: what Homeostat healed</title>" in text


# --- a whole leg -------------------------------------------------------------------------------


def test_a_leg_runs_without_a_runners_files_from_a_work_tree_of_another_user(
    forge: World, image: str, workspace: Path
) -> None:
    told = run(forge.environment(HOMEOSTAT_IMAGE=image), workspace)
    assert told.returncode == 0, told.stdout
    assert ORDERS in told.stdout
    owners = {path.stat().st_uid for path in workspace.rglob("*")}
    assert len(owners) == 1


def test_a_runner_that_is_not_root_needs_the_docker_group_only(
    forge: World, image: str, workspace: Path
) -> None:
    shutil.copytree(RUN_SH.parent, workspace / "docker")
    (workspace / "docker").chmod(0o755)
    root = os.getuid() == 0
    group = Path(os.environ["DOCKER_HOST"].removeprefix("unix://")).stat().st_gid if root else 0
    told = subprocess.run(
        [workspace / "docker" / "run.sh"],
        env=forge.environment(HOMEOSTAT_IMAGE=image, RUNNER_TEMP=str(workspace)),
        cwd=workspace,
        capture_output=True,
        text=True,
        check=False,
        user=RUNNER if root else None,
        group=RUNNER if root else None,
        extra_groups=[group] if root else None,
    )
    assert told.returncode == 0, told.stdout
    [report] = workspace.glob("homeostat-*/shared/reports/*.json")
    assert os.access(report, os.R_OK)


def test_legs_on_one_machine_do_not_meet(forge: World, image: str, workspace: Path) -> None:
    environment = forge.environment(HOMEOSTAT_IMAGE=image)
    with started(environment, workspace) as one, started(environment, workspace) as other:
        logs = [leg.communicate()[0] for leg in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0), logs
    assert remains(one) + remains(other) == []


def test_one_repository_that_fails_does_not_keep_the_others_from_their_leg(
    forge: World, image: str, workspace: Path, tmp_path: Path
) -> None:
    outputs = tmp_path / "outputs"
    outputs.touch()
    repos = f"acme/unheard-of\n  {ORDERS}"
    told = run(
        forge.environment(HOMEOSTAT_IMAGE=image, HOMEOSTAT_REPO=repos, GITHUB_OUTPUT=str(outputs)), workspace
    )
    assert told.returncode == 2
    [error] = [line for line in told.stdout.splitlines() if line.startswith("::error")]
    assert "acme/unheard-of" in error
    assert f"{ORDERS}: nothing-to-do" in told.stdout
    assert outputs.read_text(encoding="utf-8").endswith("\nstatus=failed\n")


@pytest.mark.parametrize("mode", ["plan", "full"])
def test_a_dry_run_writes_nothing_anywhere(forge: World, image: str, workspace: Path, mode: str) -> None:
    before = forge.state()
    environment = forge.environment(HOMEOSTAT_IMAGE=image, HOMEOSTAT_REPO=REPORTS, HOMEOSTAT_DRY_RUN=mode)
    told = run(environment, workspace)
    assert told.returncode == 0, told.stdout
    assert ("tests after the fix" in told.stdout) is (mode == "full")
    assert forge.state() == before


def test_a_bare_off_that_became_false_is_no_dry_run(forge: World, image: str, workspace: Path) -> None:
    environment = forge.environment(HOMEOSTAT_IMAGE=image, HOMEOSTAT_DRY_RUN="false")
    told = run(environment, workspace)
    assert told.returncode == 0, told.stdout
    assert "dry run" not in told.stdout


def test_outputs_summary_and_report_reach_the_runner(
    forge: World, image: str, workspace: Path, tmp_path: Path
) -> None:
    files = {name: tmp_path / f"file {name}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.write_text("before\n", encoding="utf-8")
    runner = {name: str(path) for name, path in files.items()} | {"RUNNER_TEMP": str(tmp_path)}
    told = run(forge.environment(HOMEOSTAT_IMAGE=image, **runner), workspace)
    assert told.returncode == 0, told.stdout
    output = files["GITHUB_OUTPUT"].read_text(encoding="utf-8")
    assert output.startswith("before\n")
    report = Path(output.split("report-path<<")[1].splitlines()[1])
    assert json.loads(report.read_text(encoding="utf-8"))["repository"] == ORDERS
    assert ORDERS in files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_leg_and_leaves_nothing_behind(
    forge: World, image: str, workspace: Path, sent: signal.Signals, code: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # an API that never answers
        api = f"http://127.0.0.1:{mute.getsockname()[1]}"
        environment = forge.environment(HOMEOSTAT_IMAGE=image, GITHUB_API_URL=api)
        with started(environment, workspace) as leg:
            _await_sandbox(leg)
            leg.send_signal(sent)
            since = time.monotonic()
            told, _ = leg.communicate(timeout=30)
    assert leg.returncode == code
    said = f"Stopped by {sent.name}. Nothing is half done: the next run goes on from here."
    assert told.splitlines()[-1] == f"::error title=Homeostat::{said}"
    assert time.monotonic() - since < 7
    assert remains(leg) == []


def _await_sandbox(leg: subprocess.Popen[str]) -> None:
    """Until engine and sandbox run, three containers of one leg."""
    for _ in range(300):
        assert leg.poll() is None
        if len([name for name in labels("ps") if f"-{leg.pid}-" in name]) == 3:
            time.sleep(1)
            return
        time.sleep(0.1)
    raise AssertionError("engine and sandbox did not start")


def test_a_log_that_nobody_reads_ends_the_leg_and_leaves_nothing_behind(
    forge: World, image: str, workspace: Path
) -> None:
    with started(forge.environment(HOMEOSTAT_IMAGE=image), workspace) as leg:
        assert leg.stdout
        leg.stdout.close()
        assert leg.wait(timeout=60) == 1
    assert remains(leg) == []


def test_what_a_killed_run_left_is_pruned_after_a_day_only(forge: World, image: str, workspace: Path) -> None:
    day_old, fresh = (f"homeostat-{int(time.time()) - age}-1-1-socket" for age in (90_000, 0))
    for name in (day_old, fresh):
        subprocess.run(["docker", "volume", "create", "--label", f"homeostat={name}", name], check=True)
    told = run(forge.environment(HOMEOSTAT_IMAGE=image, HOMEOSTAT_COMMAND="validate"), workspace)
    kept = labels("volume", "ls")
    subprocess.run(["docker", "volume", "rm", fresh], check=True)
    assert told.returncode == 0, told.stdout
    assert day_old not in kept
    assert fresh in kept


def test_no_token_is_in_the_process_list_or_in_the_log(forge: World, image: str, workspace: Path) -> None:
    environment = forge.environment(HOMEOSTAT_IMAGE=image)
    with started(environment, workspace) as leg:
        lists = set()
        while leg.poll() is None:
            lists.add(
                subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
            )
            time.sleep(0.05)
        log, _ = leg.communicate()
    assert leg.returncode == 0, log
    assert environment["GITHUB_TOKEN"] not in log
    assert not [listed for listed in lists if environment["GITHUB_TOKEN"] in listed]
