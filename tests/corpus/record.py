"""Runs the failing programs in varied circumstances and keeps what they print: see README.md.

    python tests/corpus/record.py [LANGUAGE | LANGUAGE/ERROR] ...

`programs/<language>/plan.yaml` says what is run. A variant names the folder to run in, its environment (which
the commands read) and whether comment lines are put above each failing line; an error says which line of
which file fails.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CORPUS = Path(__file__).resolve().parent
INDEX = CORPUS / "reports.yaml"
TOOLS = Path("/opt/corpus-tools")
HEADER = (
    "# Written by record.py: what each report tells, and where its own innermost frame is. See README.md.\n"
)
EDIT = ["Ann: see the discussion.", "To be kept."]
# Whatever would name the machine that recorded; the second is what a reader sees instead.
REWRITES = {
    str(Path("~/.pyenv/versions").expanduser()) + r"/[^/]+": "/usr/local",
    str(Path("~/.rustup/toolchains").expanduser()) + r"/[^/]+": "/usr/local",
    str(TOOLS) + r"(/py/lib/[^/]+/site-packages)?": "/usr/local",
    r"(?<![\w/])" + str(Path("~").expanduser()) + r"(?=/)": "/home/ann",
    rf"\b{re.escape(os.uname().nodename)} (?=\w+\[?\d*\]?:)": "web1 ",
}

Plan = dict[str, Any]


def plans() -> dict[str, Plan]:
    found = sorted(CORPUS.glob("programs/*/plan.yaml"))
    return {path.parent.name: yaml.safe_load(path.read_text()) for path in found}


def wanted(errors: Plan, variant: str, settings: Plan) -> Plan:
    """The errors that a variant records: all, unless `errors`, `skip` or an error's `only` say otherwise."""
    return {
        name: error
        for name, error in errors.items()
        if name in settings.get("errors", [name])
        and name not in settings.get("skip", [])
        and variant in error.get("only", [variant])
        and variant not in error.get("skip", [])
    }


def failing_line(lines: list[str], text: str) -> int | None:
    return next((number for number, line in enumerate(lines, 1) if text in line), None)


def comment_above(root: Path, comment: str, errors: Plan) -> None:
    """Edit the sources as people do: two comment lines above each line that fails."""
    for own, at in sorted({(error["own"][0], error["at"]) for error in errors.values() if error.get("at")}):
        for path in root.glob(own):
            lines = path.read_text().splitlines()
            number = failing_line(lines, at)
            if number:
                lines[number - 1 : number - 1] = [f"{comment} {line}" for line in EDIT]
                path.write_text("\n".join(lines) + "\n")


def lay(programs: Path, variant: Plan) -> Path:
    """A fresh copy of the programs where the variant wants them; never over something that is there."""
    root = Path(variant["root"])
    if root.exists():
        sys.exit(f"{root} exists: this run would replace it. Remove it first.")
    shutil.copytree(programs, root, ignore=shutil.ignore_patterns("plan.yaml"))
    return root


def lift(root: Path) -> None:
    """Remove the copy and the folders that were made for it."""
    shutil.rmtree(root)
    for folder in root.parents:
        if str(folder) in {"/", "/home", "/opt", "/srv", "/var"} or any(folder.iterdir()):
            return
        folder.rmdir()


def output(command: str, root: Path, environment: dict[str, str]) -> str:
    """Standard output and error of a command together, with nothing that names this machine."""
    ran = subprocess.run(  # the programs fail on purpose
        ["bash", "-c", command],
        cwd=root,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=300,
        check=False,
    )
    text = ran.stdout.decode(errors="replace")
    for pattern, replacement in REWRITES.items():
        text = re.sub(pattern, replacement, text)
    return text


def environment_of(variant: Plan, error: str) -> dict[str, str]:
    settings = {"ERROR": error, "VALUE": "4711", "WAY": "direct", "TOOLS": TOOLS, "LC_ALL": "C.UTF-8"}
    return {name: str(value) for name, value in {**settings, **variant.get("env", {})}.items()}


def recorded(text: str, root: Path, plan: Plan, settings: Plan, error: Plan) -> Plan:
    """What the index says of one captured report; `own` where a build or a server gives the file its name."""
    own, at = error["own"][0], error.get("at")
    path = next(iter(sorted(root.glob(own))))
    published = path.name.replace(*settings["renamed"]) if "renamed" in settings else path.name
    frames = len(re.findall(plan["frames"], text, re.MULTILINE))
    line = failing_line(path.read_text().splitlines(), at) if at and frames else None
    return {**({"own": published} if published != Path(own).name else {}), "line": line, "frames": frames}


def complaint(text: str, error: Plan, entry: Plan) -> str | None:
    if error["type"] and re.split(r"[.:\\]", error["type"])[-1] not in text:
        return f"no {error['type']} in it"
    return None if entry["frames"] else "no frame with a line in it"


def kept(place: Path, text: str) -> str:
    path = CORPUS / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(place)


def variant_reports(language: str, plan: Plan, variant: str, errors: Plan) -> Iterator[tuple[str, Plan]]:
    settings = plan["variants"][variant]
    root = lay(CORPUS / "programs" / plan.get("programs", language), settings)
    try:
        if settings.get("edited"):
            comment_above(root, plan["comment"], plan["errors"])
        if "build" in plan:
            sys.stderr.write(output(plan["build"], root, environment_of(settings, "")))
        for name, error in wanted(errors, variant, settings).items():
            text = output(settings.get("run", plan["run"]), root, environment_of(settings, name))
            entry = recorded(text, root, plan, settings, error)
            file = kept(Path("reports", language, name, f"{variant}.txt"), text)
            problem = complaint(text, error, entry)
            if problem:
                sys.stderr.write(f"{file}: {problem}\n")
            yield name, {"file": file, **entry}
    finally:
        lift(root)


def told(plan: Plan, language: str, error: Plan) -> Plan:
    """What the index says of an error, whatever the variant."""
    own, function = error["own"]
    more: Plan = {key: error[key] for key in ("message", "causes", "note") if key in error}
    head: Plan = {"language": plan.get("language", language), "type": error["type"]}
    return {**head, **more, "own": [Path(own).name, function], "variants": {}}


def record(language: str, plan: Plan, chosen: str | None, groups: Plan) -> None:
    """Run a language, all of it or one of its errors, and put what was seen into the groups of the index."""
    errors = {name: error for name, error in plan["errors"].items() if chosen in {None, name}}
    for name, error in errors.items():
        shutil.rmtree(CORPUS / "reports" / language / name, ignore_errors=True)
        groups[f"{language}/{name}"] = told(plan, language, error)
    for variant in plan["variants"]:
        for name, entry in variant_reports(language, plan, variant, errors):
            groups[f"{language}/{name}"]["variants"][variant] = entry


def main(arguments: list[str]) -> None:
    known = plans()
    groups: Plan = (yaml.safe_load(INDEX.read_text()) if INDEX.exists() else {}) or {}
    for argument in arguments or list(known):
        language, _, chosen = argument.partition("/")
        if not chosen:
            groups = {name: group for name, group in groups.items() if not name.startswith(f"{language}/")}
        record(language, known[language], chosen or None, groups)
    ordered = json.loads(json.dumps({name: groups[name] for name in sorted(groups)}))  # no YAML aliases
    INDEX.write_text(HEADER + yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=120))


if __name__ == "__main__":
    main(sys.argv[1:])
