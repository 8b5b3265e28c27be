"""Letters that nobody sees, or that pass for others."""

import pytest

from tests.guard.test_calls import reasons

DISGUISED = [
    ("src/a.py", "p\u0430ssword = 1"),
    ("src/a.js", "const is\u0410dmin = true && x;"),
    ("src/a.js", "function \u0441\u043e\u0440\u0443() {}"),
    ("src/a.py", "\u0435\u0445\u0435\u0441 = 1"),
    ("src/a.py", "\U0001d41e\U0001d42f\U0001d41a\U0001d425('x')"),
    ("src/a.py", "\uff45\uff56\uff41\uff4c('x')"),
    ("src/a.js", "const u = 'https://p\u0430ypal.com';"),
    ("src/a.js", "const \u03bfrigin = 1;"),
    ("src/a.js", "if (r\u03bfle === x) go();"),
    ("src/a.go", "var admi\u0578 = 1"),
    ("src/a.txt", "p\u0430ypal"),
    ("src/a.php", "$us\u0435r = 1;"),
]
CODES = "200B 200D 2028 2029 202E 2066 AD 3164 FFA0 115F FE0F E0100 E0041 E000 B 1B D 180E 2060 FEFF"
HIDDEN = [chr(int(code, 16)) for code in CODES.split()]


@pytest.mark.parametrize(("path", "line"), DISGUISED, ids=range(len(DISGUISED)))
def test_a_name_that_passes_for_another_is_refused(path: str, line: str) -> None:
    before = "<?php\n" if path.endswith(".php") else "x = 1\n"
    assert any("passes for" in told or "mixes" in told for told in reasons(path, before, f"{before}{line}\n"))


@pytest.mark.parametrize("letter", HIDDEN, ids=[f"U+{ord(letter):04X}" for letter in HIDDEN])
def test_a_letter_that_nobody_sees_is_refused(letter: str) -> None:
    assert reasons("src/a.js", "x;\n", f"x;\nconst a = 1;{letter}run();\n")
