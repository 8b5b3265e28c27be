"""`homeostat redact`: the gate as a filter."""

import subprocess
import sys


def redact(given: bytes, **environ: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "homeostat", "redact"]
    return subprocess.run(
        command,
        input=given,
        capture_output=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path), **environ},
    )


def test_nothing_comes_of_nothing() -> None:
    ran = redact(b"")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_secrets_of_the_environment_are_known_and_bytes_survive() -> None:
    names = ("GITHUB_TOKEN", "HOMEOSTAT_STATE_TOKEN", "DEEPSEEK_API_KEY", "OPENAI_API_KEY")
    values = {name: f"value-of-{name.lower()}" for name in names}
    given = "\r\n".join(values.values()).encode() + b"\xff\xfe\x00 a@example.com std::vector\r\n"
    ran = redact(given, **values)
    known = b"\r\n".join([b"<REDACTED:known>"] * 4)
    assert (ran.returncode, ran.stdout) == (0, known + b"\xff\xfe\x00 <EMAIL_REDACTED> std::vector\r\n")
    assert redact(ran.stdout, **values).stdout == ran.stdout


def test_help_says_what_is_taken_out() -> None:
    command = [sys.executable, "-m", "homeostat", "redact", "--help"]
    ran = subprocess.run(command, capture_output=True, check=True, text=True)
    assert "GITHUB_TOKEN" in ran.stdout
    assert "standard input" in ran.stdout
