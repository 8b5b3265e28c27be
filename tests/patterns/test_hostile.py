"""Code that nobody would write by hand: it is read up to a bound, or left alone, and nothing falls over."""

import pytest

from homeostat.patterns import Place, Suggester, own_frames, pieces, searched, taught
from homeostat.patterns.rewrites import OPENS
from homeostat.records import Fingerprint, Frame, Library
from tests.patterns.examples import Files, candidates, fix, learned

HOSTILE = {
    "brackets in brackets": "x = " + "(" * 4000 + "1" + ")" * 4000 + "\n",
    "calls in calls": "x = " + "f(" * 3000 + "1" + ")" * 3000 + "\n",
    "a chain of members": "x = " + ".a".join(["a"] * 20_000) + "\n",
    "an index of an index": "x = a" + "[0]" * 8000 + "\n",
    "a long sum": "x = " + " + ".join(["a"] * 20_000) + "\n",
    "a long list": "x = [" + ",".join(["a[0]"] * 30_000) + "]\n",
    "blanks": " " * 500_000 + "x\n",
    "many lines": "x = a[0]\n" * 20_000,
    "blocks in blocks": "".join(" " * depth + "if a:\n" for depth in range(900)) + " " * 900 + "x = a[0]\n",
    "a long string": 'x = "' + "a" * 900_000 + '"\n',
    "a null": 'x = a["\0"]\n',
    "half a character": 'x = a["\ud800"]\n',
    "what looks like a hole": f'x = "{OPENS}0" + a["{OPENS}n0"]\n',
    "no code at all": ")))](" * 1000,
    "nothing": "",
}
RULES = learned(
    fix("python", "a = b[c]\n", "a = b.get(c)\n", error="KeyError"),
    fix("javascript", "a = b.c\n", "a = b?.c\n", error="KeyError"),
    fix("php", "$a = $b[$c];\n", "$a = $b[$c] ?? null;\n", error="KeyError"),
)


@pytest.mark.parametrize("language", ["python", "javascript", "php"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_code_is_survived(name: str, language: str) -> None:
    code = HOSTILE[name]
    found = candidates(RULES, language, "src/f", code, 1, "KeyError")
    frame = Frame("src/f", 1, None, "f", "src/f", in_app=True)
    known = Fingerprint("hs1-a", "hs1-b", None, "KeyError", "", frame, (frame,))
    tried = searched(own_frames(known), Library(rules=RULES), Files({"src/f": code}), language=language)
    assert all(one.edits["src/f"] != code for one in [*found, *tried])
    mended = code.replace("x = ", "y = 1 + ")
    assert taught(RULES, pieces(fix(language, code, mended)))[1] in (0, 1)


def test_what_looks_like_a_hole_is_left_alone() -> None:
    place = Place(HOSTILE["what looks like a hole"])
    assert not Suggester(Library(rules=RULES), search=True).proposals("python", "f.py", place, limit=9)
