"""Hostile text on its way out: what people and machines would act on is gone, the words stay."""

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.outbound import (
    ZERO_WIDTH,
    code,
    cut,
    fenced,
    inline,
    link,
    logged,
    markdown,
    one_line,
    spelled,
    unlinked,
    visible,
)

LIVE_MENTION = re.compile(r"(?<![A-Za-z0-9_])[@#](?=[A-Za-z0-9_])")
LIVE_REFERENCE = re.compile(
    r"#(?=\d)|(?<![a-z0-9_])gh-\d|@[0-9a-f]{7,40}(?![a-z0-9_])|(?<![a-z0-9_])[0-9a-f]{40}(?![a-z0-9_])",
    re.IGNORECASE,
)
SHA = "5d41402abc4b2a76b9719d911017c592ae5d4140"
CLOSES = re.compile(
    r"\b(close[sd]?|fix(e[sd])?|resolve[sd]?):?\s+(#|gh-\d|https?:|[\w.-]+/[\w.-]+#)", re.IGNORECASE
)
UNSEEN = ("Cc", "Cf", "Cs", "Co")
PIECES = [
    "@bob",
    "#1",
    "Fixes ",
    "closes: ",
    "GH-1",
    "a/b#2",
    "user#3",
    f"a/b@{SHA}",
    SHA,
    "```",
    "`",
    "\u200d",
    "\u202e",
    "\n",
    "é",
    "\ud800",
]
SIGNS = [*PIECES, *"@#*_<>[]{}|~\\&:;/ \r\tx"]
HOSTILE = st.lists(st.sampled_from(SIGNS)).map("".join)


def plain(text: str) -> str:
    return text.replace(ZERO_WIDTH, "")


# --- what nobody sees --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("plain text, naïve ✓ 日本", "plain text, naïve ✓ 日本", id="plain"),
        pytest.param("a\r\nb\rc\n\td", "a\nb\nc\n\td", id="line ends and tabs"),
        pytest.param("\x1b[31mred\x1b[0m\x07\x00", "[31mred[0m", id="control characters"),
        pytest.param("if\u202e(nimda)\u2066x\u2069\u200f", "if(nimda)x", id="bidirectional"),
        pytest.param("pa\u200byl\u200coa\u200dd\ufeff\u2060\u00ad", "payload", id="zero width"),
        pytest.param("a\U000e0041\U000e0042b", "ab", id="tag characters"),
        pytest.param("a\ud800b\ue000c", "abc", id="surrogates and private use"),
        pytest.param("a\x85b\x0bc", "abc", id="old line breaks"),
    ],
)
def test_only_what_a_reader_sees_stays(text: str, seen: str) -> None:
    assert visible(text) == seen


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("https://f/1) [x](https://evil", id="two links"),
        pytest.param("https://f/ 1", id="a blank"),
        pytest.param("https://f/\n1", id="a line end"),
        pytest.param("https://ann@f/1", id="another host"),
        pytest.param("https://f/<b>", id="HTML"),
        pytest.param("/forge/acme/shop/pulls/1.json", id="a file"),
        pytest.param("", id="none"),
    ],
)
def test_what_is_no_plain_address_is_no_link(address: str) -> None:
    assert link(markdown("#1"), address) == "#1"


def test_a_page_of_the_forge_is_linked() -> None:
    for address in ("https://github.com/o/r/pull/1", "http://127.0.0.1:80/o/r.x/issues/1#note-2"):
        assert link(markdown("#1"), address) == f"[#1]({address})"


@pytest.mark.slow
@pytest.mark.parametrize("letter", ["\n", ":", "#", "@", "`", "fix ", "\\", "-----BEGIN", "\u8bef"])
def test_no_run_of_letters_holds_the_gate_up(letter: str) -> None:
    assert len(inline(letter * 400_000)) < 600  # in quadratic time, minutes


@given(st.text(st.characters()) | HOSTILE)
def test_no_invisible_character_is_left(text: str) -> None:
    assert not [c for c in visible(text) if c not in "\n\t" and unicodedata.category(c) in UNSEEN]
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters()) | HOSTILE)
def test_a_spelled_text_is_one_line_in_which_everything_is_seen(text: str) -> None:
    told = spelled(text)
    assert told.isprintable()
    assert spelled(told) == told
    assert told == text or "\\" in told


# --- length ------------------------------------------------------------------------------------


def test_a_text_within_the_limit_is_not_cut() -> None:
    assert cut("x" * 9, 9) == "x" * 9


def test_a_cut_text_says_how_much_is_missing() -> None:
    assert cut("abcdefghijkl", 9) == "abcdef\n[… 3 characters left out …]\njkl"


@given(st.integers(0, 30), st.integers(1, 30))
def test_a_cut_keeps_no_more_than_the_limit(limit: int, more: int) -> None:
    text = "x" * (limit + more)
    head, told, tail = cut(text, limit).split("\n")
    left_out = re.search(r"\d+", told)
    assert left_out is not None
    assert len(head + tail) <= limit
    assert len(head + tail) + int(left_out[0]) == len(text)


# --- one line ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("TypeError: x is not a function", id="message"),
        pytest.param("C# and @ alone, 5 # 6", id="signs alone"),
        pytest.param("Cart#total of pkg@1.2.3 and x@decaf at 5d41402", id="no reference"),
        pytest.param(f"sha256:{SHA}{SHA[:24]}", id="another digest"),
        pytest.param("numbers[skip] of [no data], skip ci", id="nothing skipped"),
        pytest.param("fixes nothing, closed early", id="keywords without a number"),
    ],
)
def test_a_harmless_line_stays_as_it_is(text: str) -> None:
    assert one_line(text) == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("@bob look", id="first"),
        pytest.param("ask (@bob)", id="in brackets"),
        pytest.param("ask @octo/team", id="team"),
        pytest.param("see #12", id="number"),
        pytest.param("`@bob", id="after a backtick"),
        pytest.param("caf\u00e9@bob", id="after a letter that is not ASCII"),
        pytest.param("@\u200bbob", id="hidden from the filter"),
        pytest.param("@@bob ##1", id="doubled"),
    ],
)
def test_nobody_is_mentioned(text: str) -> None:
    for gate in (one_line, inline):
        assert not LIVE_MENTION.search(gate(text)), gate
        assert plain(gate(text)).replace("\\", "") == plain(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("see acme/other#12", id="another repository"),
        pytest.param("see user#7", id="a fork"),
        pytest.param("a.b-c/d_e.f#12", id="odd names"),
        pytest.param("(#12)", id="our own"),
        pytest.param("see gh-12, GH-12", id="the old style"),
        pytest.param(f"acme/other@{SHA}", id="a commit of another repository"),
        pytest.param(f"user@{SHA[:7]}", id="a short commit of a fork"),
        pytest.param(f"user@{SHA.upper()}", id="in capitals"),
        pytest.param(f"fixed by {SHA}", id="a commit"),
        pytest.param("acme/other\u200b#\u200b12", id="hidden from the filter"),
    ],
)
def test_no_issue_and_no_commit_is_referred_to(text: str) -> None:
    for gate in (one_line, inline, unlinked):
        assert not LIVE_REFERENCE.search(gate(text)), gate
        assert plain(gate(text)).replace("\\", "") == plain(text)


@pytest.mark.parametrize(
    "word", ["close", "Closes", "CLOSED", "fix", "fixes", "fixed", "resolve", "resolves"]
)
@pytest.mark.parametrize(
    "target",
    [
        pytest.param(" #1", id="number"),
        pytest.param(": #1", id="colon"),
        pytest.param("  \n #1", id="over two lines"),
        pytest.param(" GH-1", id="old style"),
        pytest.param(" octo/app.js#1", id="another repository"),
        pytest.param(" https://github.com/octo/app/issues/1", id="address"),
        pytest.param("\u200b \u200d#1", id="hidden from the filter"),
    ],
)
def test_nothing_is_closed(word: str, target: str) -> None:
    line = one_line(word + target)
    assert not CLOSES.search(line)
    assert plain(line) == " ".join(plain(word + target).replace("\u200d", "").split())


@pytest.mark.parametrize(
    "words",
    [
        "[skip ci]",
        "[CI Skip]",
        "[no ci]",
        "[skip actions]",
        "[ actions-skip ]",
        "[skip netlify]",
        "***NO_CI***",
        "skip-checks: true",
        "[skip\u200b ci]",
    ],
)
def test_no_text_skips_checks(words: str) -> None:
    for gate in (one_line, unlinked, inline, fenced):
        said = gate(f"KeyError {words}")
        assert not re.search(
            r"(?i)\[\s*(\w+[\s-]skip|(skip|no)[\s-]\w+)\s*\]|\*\*\*NO_CI|skip-checks", said
        ), gate
        assert plain(words) in plain(said).replace("\\", "")


@given(HOSTILE)
def test_any_line_is_one_quiet_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert len(line) <= 200
    assert not LIVE_MENTION.search(line)
    assert not LIVE_REFERENCE.search(line)
    assert not CLOSES.search(line)


@pytest.mark.parametrize(
    "address", ["https://e.example/x", "HTTP://e.example", "ftp://e.example", "www.e.example"]
)
def test_no_address_of_an_unlinked_line_can_be_clicked(address: str) -> None:
    line = unlinked(f"see {address} and data: none")
    assert not re.search(r"(?i)(https?|ftp)://|www\.", line)
    assert plain(line) == f"see {address} and data: none"


def test_a_long_line_ends_with_an_ellipsis() -> None:
    assert one_line("word " * 100, 20) == "word word word word…"


# --- in Markdown -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("plain text", "plain text", id="plain"),
        pytest.param("**bold** _it_ ~no~", r"\*\*bold\*\* \_it\_ \~no\~", id="emphasis"),
        pytest.param("[text](x)", r"\[text\](x)", id="link"),
        pytest.param("![pixel](x)", r"!\[pixel\](x)", id="picture"),
        pytest.param("<!-- homeostat:state", "\\<!--\u200b homeostat:state", id="our own comment"),
        pytest.param("<!-- words", r"\<!-- words", id="comment"),
        pytest.param("<img src=x>", r"\<img src=x\>", id="HTML"),
        pytest.param("a | b", r"a \| b", id="table cell"),
        pytest.param("`x`", r"\`x\`", id="code"),
        pytest.param("\\*", r"\\\*", id="an escape of its own"),
        pytest.param(
            "&lt;b&gt; &#64;bob", "&amp;lt;b&amp;gt; &amp;#64;bob".replace("#", "#\u200b"), id="entity"
        ),
        pytest.param("HTTPS://evil.example", "HTTPS\u200b://evil.example", id="address"),
        pytest.param("_http://evil.example", "\\_http\u200b://evil.example", id="address after emphasis"),
        pytest.param("javascript:alert(1)", "javascript\u200b:alert(1)", id="script"),
        pytest.param("www.evil.example", "www\u200b.evil.example", id="address without a scheme"),
        pytest.param("me@evil.example", r"\<EMAIL\_REDACTED\>", id="mail address"),
        pytest.param("me@evil", "me@\u200bevil", id="half a mail address"),
        pytest.param("see GH-12", "see GH\u200b-12", id="number in the old style"),
    ],
)
def test_markdown_acts_on_nothing(text: str, written: str) -> None:
    assert inline(text) == written


@given(HOSTILE)
def test_every_sign_of_markdown_is_escaped(text: str) -> None:
    written = inline(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>|~]", written)
    assert plain(html.unescape(re.sub(r"\\(.)", r"\1", written))) == plain(one_line(text))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("src/a.py", "`src/a.py`", id="path"),
        pytest.param("a`b``c", "`a'b''c`", id="backticks"),
        pytest.param("a\nb", "`a b`", id="lines"),
        pytest.param("@bob", f"`@{ZERO_WIDTH}bob`", id="mention"),
    ],
)
def test_inline_code_holds_the_text(text: str, written: str) -> None:
    assert code(text) == written


@given(HOSTILE)
def test_no_text_leaves_its_inline_code(text: str) -> None:
    quoted = code(text)
    inside = quoted[1:-1] if quoted[0] == "`" else quoted[6:-7]
    assert quoted in (f"`{inside}`", f"<code>{inside}</code>")
    assert "`" not in inside
    assert "|" not in inside
    assert quoted[0] == "`" or not re.search(r"[^\w &#;]", inside)


@pytest.mark.parametrize(
    ("text", "fence"),
    [
        pytest.param("x = 1", "```", id="none inside"),
        pytest.param("a `b` ``c``", "```", id="short runs"),
        pytest.param("```\n@bob\n```", "````", id="three"),
        pytest.param("`````` and ```", "```````", id="six"),
    ],
)
def test_a_fence_is_longer_than_any_run_inside(text: str, fence: str) -> None:
    assert plain(fenced(text, language="py")) == f"{fence}py\n{text}\n{fence}"


@given(HOSTILE)
def test_no_text_leaves_its_fence(text: str) -> None:
    opening, *body, closing = fenced(text).split("\n")
    assert opening == closing == "`" * len(opening)
    assert plain("\n".join(body)) == visible(text).rstrip("\n")
    assert not LIVE_MENTION.search("\n".join(body))
    assert not LIVE_REFERENCE.search("\n".join(body))
    assert opening not in "\n".join(body)


def test_a_fence_counts_the_runs_that_a_cut_leaves() -> None:
    block = fenced("x" * 60 + "`" * 50 + "y" * 30, limit=30)
    assert block.split("\n")[0] == "```"
    assert "[… 110 characters left out …]" in block


@pytest.mark.parametrize(
    "mark", ["<!-- homeostat:fingerprint hs1-1 -->", "<!--homeostat:state", "<!--\thomeostat:gone -->"]
)
def test_no_text_brings_a_hidden_mark_of_ours_along(mark: str) -> None:
    for gate in (one_line, inline, code, fenced):
        assert not re.search(r"<!--\s*homeostat:", gate(f"a {mark} b")), gate
    assert fenced("<!-- words -->") == "```\n<!-- words -->\n```"


# --- logs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "::set-output name=a::b",
        "  ::add-mask::x",
        "ok\n::stop-commands::t",
        "ok\r::error::x",
        "a ##[add-mask]b",
    ],
)
def test_nothing_in_a_log_is_a_command_of_the_runner(text: str) -> None:
    for gate in (logged, one_line):
        lines = gate(text).splitlines()
        assert not any(line.strip().startswith("::") or "##[" in line for line in lines)


def test_what_only_looks_like_a_command_stays() -> None:
    assert logged("std::vector a::b ## [x] C::D") == "std::vector a::b ## [x] C::D"
