"""What varies between two occurrences of an error goes from its message; what tells two apart stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.fingerprint.coarse import RULES, coarse_template
from homeostat.fingerprint.template import (
    DIGITS,
    LETTERS,
    MAX_MESSAGE,
    MIXED,
    PLAIN,
    REST,
    SIGNS,
    template,
)

REPLACED = {
    "uuid": ("job 550e8400-e29b-41d4-a716-446655440000 failed", "job <uuid> failed"),
    "uuid in a path": ("/jobs/x/550e8400-e29b-41d4-a716-446655440000", "<path>"),
    "trace": ("trace 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "trace <trace>"),
    "trace of X-Ray": ("trace 1-58406520-a006649127e371903a2de979", "trace <trace>"),
    "transaction": ("see txf14fd1ac0b1f4d2a9b3c1-0061f2a3b4-dc2", "see <transaction>"),
    "json web token": ("got eyJhbGciOiJub25lIn0.eyJpZCI6NX0.c2lnbmF0dXJl", "got <token>"),
    "url": ("GET https://api.example.com/v1/users?id=5 failed", "GET <url> failed"),
    "url with date, port and hash": ("(see http://10.0.0.1:80/2026-03-02/deadbeef1)", "(see <url>)"),
    "url with brackets": ("GET https://x.example/a_(b)?c=(d) failed", "GET <url> failed"),
    "url of ipv6": ("GET http://[fe80::7]:8080/x failed", "GET <url> failed"),
    "url of a file in a jar": ("in jar:file:/srv/app/shop.jar!/x", "in <url>"),
    "url of data": ("cannot load data:image/png;base64,iVBORw0KGgo= here", "cannot load <url> here"),
    "url of an app": ("open shop-app://cart/5 failed", "open <url> failed"),
    "database url": ("postgresql://app:secret@db:5432/shop refused", "<url> refused"),
    "mail": ("mail to ann.b+x@example.co.uk bounced", "mail to <email> bounced"),
    "host": ("getaddrinfo ENOTFOUND api.example.com", "getaddrinfo ENOTFOUND <host>"),
    "host of a country": ("connect to www.example-shop.de failed", "connect to <host> failed"),
    "host with a port": ("api.example.org:443 refused", "<host>:<number> refused"),
    "date and time": ("since 2026-03-02T10:17:00.123Z", "since <date>"),
    "date and time with zone": ("since 2026-03-02 10:17:00+01:00", "since <date>"),
    "date and time with a named zone": ("since 2026-03-02 10:17:00 CEST", "since <date>"),
    "date and time of a locale": ("since 3/2/2026, 10:17:00 PM", "since <date>"),
    "date and time in words": ("since Monday, March 2, 2026 at 10:17 AM", "since <date>"),
    "date and time of mail": ("since Mon, 02 Mar 2026 10:17:00 -0700", "since <date>"),
    "date and time of C": ("since Mon Mar 2 10:17:00 2026", "since <date>"),
    "date and time of JavaScript": ("at Mon Mar 02 2026 10:17:00 GMT+0100 (CET)", "at <date>"),
    "date and time of Python": ("at datetime.datetime(2026, 3, 2, tzinfo=utc()) x", "at <datetime> x"),
    "date and time of syslog": ("Mar 2 10:17:00 gone", "<date> gone"),
    "date and time of a web server": ("[02/Mar/2026:10:17:00 +0100] gone", "[<date>] gone"),
    "date and time, compressed": ("backup 20260302T101700Z is gone", "backup <date> is gone"),
    "date": ("no rate for 2026-03-02", "no rate for <date>"),
    "date with dots": ("no rate for 02.03.2026 here", "no rate for <date> here"),
    "date with slashes": ("no rate for 2/3/2026", "no rate for <date>"),
    "date in words": ("no rate for Mar 2, 2026 here", "no rate for <date> here"),
    "date in German": ("kein Kurs am 2. Januar 2026", "kein Kurs am <date>"),
    "date in Spanish": ("el 2 de enero de 2026", "el <date>"),
    "time": ("closed at 10:17:33,5 today", "closed at <time> today"),
    "time of UTC": ("closed at 10:17Z", "closed at <time>"),
    "time of the evening": ("closed at 9:17 p.m. today", "closed at <time> today"),
    "line and column": ("Unexpected token (10:17)", "Unexpected token (<number>:<number>)"),
    "ip with port": ("10.0.0.12:8080 refused", "<ip>:<number> refused"),
    "network": ("no route to 10.0.0.0/8", "no route to <ip>"),
    "ipv6": ("2001:db8::8a2e:370:7334 refused", "<ip> refused"),
    "ipv6 in full": ("2001:db8:0:0:0:8a2e:370:7334 refused", "<ip> refused"),
    "ipv6 of this machine": ("[::1]:8080 refused", "[<ip>]:<number> refused"),
    "ipv6 of any machine": ("bind to :: failed", "bind to <ip> failed"),
    "ipv6 of ipv4": ("from ::ffff:10.0.0.1 refused", "from <ip> refused"),
    "mac": ("lease for 00:1b:44:11:3a:b7 is over", "lease for <mac> is over"),
    "path": ("open '/var/lib/app/2026-03.json': gone", "open '<path>': gone"),
    "path with a space": ("open '/Users/Ann Lee/x.txt': gone", "open '<path>': gone"),
    "relative path": ("cannot read ./cache/items.js", "cannot read <path>"),
    "path at home": ("cannot read ~ann/items.js", "cannot read <path>"),
    "path on Windows": ("C:\\Users\\ann\\x.txt gone", "<path> gone"),
    "path on Windows with a space": ("C:\\Program Files (x86)\\Shop\\x.dll gone", "<path> gone"),
    "path on Windows, escaped": ("'C:\\\\Users\\\\ann' gone", "'<path>' gone"),
    "path on a share": ("\\\\files\\public\\x.txt gone", "<path> gone"),
    "hex": ("object at 0x7ffe12ab", "object at <hex>"),
    "short hash": ("commit deadbeef12 is gone", "commit <hash> is gone"),
    "shorter hash": ("commit 3f78685 is gone", "commit <hash> is gone"),
    "long hash": ("commit 3f786850e387550fdab836ed7e6dc881de23001b", "commit <hash>"),
    "hash without digits": ("magic CAFEBABE is wrong", "magic <hash> is wrong"),
    "random id": ("no order x7KpQ2vLm9Z here", "no order <id> here"),
    "random id of small letters": ("no order k3j9x2m7q1p here", "no order <id> here"),
    "id in JSON": ('{"order_id": "spring-sale"} is gone', '{"order_id": <id>} is gone'),
    "id in a dict": ("{'order_id': 'spring-sale'} is gone", "{'order_id': '<id>'} is gone"),
    "truth in JSON": ('{"paid": true, "sent":false}', '{"paid": <bool>, "sent":<bool>}'),
    "truth of a key": ("called with paid=True", "called with paid=<bool>"),
    "value of a key": ("called with name='Ann B.'", "called with name=<value>"),
    "duration": ("timed out after 5012ms", "timed out after <duration>"),
    "duration of hours": ("timed out after 1h30m2.5s", "timed out after <duration>"),
    "size": ("at 3.5MB of 4GiB", "at <size> of <size>"),
    "version": ("needs 1.2.3-beta.4 or v2.0", "needs <version> or <version>"),
    "version of a package": ("cannot load left-pad@1.3.0 now", "cannot load left-pad@<version> now"),
    "number": ("expected 5, got -3.5e10", "expected <number>, got <number>"),
    "digits alone are a number": ("order 1234567890", "order <number>"),
    "digits in groups": ("1,234,567 rows", "<number> rows"),
    "number in an id": ("no user_12345 here", "no user_<number> here"),
    "numbers in an id": ("no job_20260302_7_part here", "no job_<number>_<number>_part here"),
    "numbers that are an id": ("no job 20260302_7 here", "no job <number> here"),
    "number in quotes": ("(reading '0')", "(reading '<number>')"),
    "number in a path of data": ("rows.17.price is missing", "rows.<number>.price is missing"),
    "white space": ("two\n\n  lines\tof text ", "two lines of text"),
}


@pytest.mark.parametrize(("message", "expected"), REPLACED.values(), ids=REPLACED.keys())
def test_what_varies_is_replaced_by_its_kind(message: str, expected: str) -> None:
    assert template(message) == expected


TABLES = {**SIGNS, **PLAIN, **LETTERS, **MIXED, **DIGITS, **REST}


@pytest.mark.parametrize("pattern", TABLES.values(), ids=TABLES.keys())
def test_every_pattern_of_the_tables_gets_its_turn(pattern: str) -> None:
    assert any(
        re.search(pattern, message) for message in [*KEPT, *(message for message, _ in REPLACED.values())]
    )


KEPT = [
    "'timeout'",
    '"price" of undefined',
    "codec utf8 or int8, UTF-16, iso-8859-1, sha-256",
    "facade",
    "a/b",
    "./a.js",
    "/cart",
    "p2p",
    "10x",
    "E11000, TS2345, ORA-00942, P2002, HY000",
    "Uint8Array, Sha256Hash, getUserByIdFromCacheV2",
    "a == true, b === 'x'",
    "Cart::add() of std::vec::Vec",
    "this.props.id, console.info, socket.io",
    "java.net.SocketException",
    "Decimal or Marker",
    "{'a': None}",
]


@pytest.mark.parametrize("message", KEPT)
def test_names_stay(message: str) -> None:
    assert template(message) == message


def test_two_names_stay_two_errors() -> None:
    assert template("'timeout'") != template("'currency'")


PIECES = [
    *"0af:/.-@TZ\\ e+<>'\"=_~()[]{},vh|",
    "::",
    "2026-03-02",
    "12:30",
    "Mar 2",
    "true",
    "ms",
    "0x",
    "a.com",
]
PIECES += [
    "https://",
    "10.0.0.1",
    'id": "',
    "='",
    "utf-8",
    "eyJabcdefghijkl",
    "é",
    "²",
    "<number>",
    "x12345",
    "MB",
]
LOOK_ALIKES = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@pytest.mark.parametrize("message", [message for message, _ in REPLACED.values()], ids=REPLACED.keys())
def test_a_template_is_its_own_template(message: str) -> None:
    assert template(template(message)) == template(message)


@given(LOOK_ALIKES)
def test_a_template_of_anything_is_its_own_template(text: str) -> None:
    assert template(template(text)) == template(text)


LONG = {"words": "a 1 " * MAX_MESSAGE, "one word": ":1" * MAX_MESSAGE, "text": "x" * 9 * MAX_MESSAGE}


@pytest.mark.parametrize("message", LONG.values(), ids=LONG.keys())
def test_a_template_is_no_longer_than_what_is_read_of_a_message(message: str) -> None:
    assert len(template(message)) <= MAX_MESSAGE
    assert template(template(message)) == template(message)
    assert len(coarse_template(message)) <= MAX_MESSAGE


def test_only_the_start_of_a_huge_message_counts() -> None:
    start = "x" * MAX_MESSAGE
    assert template(start + "one") == template(start + "two")
    assert template("one" + start) != template("two" + start)


@given(st.text())
def test_no_text_is_refused_and_none_keeps_line_ends(text: str) -> None:
    assert len(template(text).splitlines()) <= 1
    assert len(coarse_template(text).splitlines()) <= 1


@given(LOOK_ALIKES)
def test_text_that_looks_like_every_kind_at_once_is_no_trouble(text: str) -> None:
    assert len(template(text).split()) <= len(text.split())


# --- without a stack ----------------------------------------------------------------------------

ALIKE = {
    "token that varies": ("worker shop-a7 is gone", "worker cart9 is gone"),
    "list": ("no reply from 10.0.0.1:80, 10.0.0.2:80", "no reply from 10.0.0.7:80"),
    "list in brackets": ("ids [1, 2, 3] unknown", "ids [5] unknown"),
    "brackets in brackets": ("Window{a1 Token{b2}} lost", "Window{c3 Token{d4}} lost"),
    "note in brackets": ("sent 2048 bytes (2 KB) in 5 s", "sent 9 bytes in 12 s"),
    "note in empty brackets": ("login from 10.0.0.1 () at 10:17:00", "login from 10.0.0.7 (db7) at 10:18:00"),
    "unit": ("waited 1 second", "waited 2 seconds", "waited <1 sec", "waited 5ms"),
    "value of a key": ("state=open retries=3", "state=closed retries="),
    "value of a key with spaces": ("error = E_FAIL, done", "error = OK, done"),
    "user": ("Invalid user ann from 10.0.0.1", "Invalid user bob from 10.0.0.7"),
    "for whom": ("Accepted password for ann from 10.0.0.1", "Accepted password for bob from 10.0.0.7"),
    "word in quotes": ("queue 'mail' is full", 'queue "jobs" is full'),
    "path": ("cannot open /tmp", "cannot open ~/x"),
    "dotted name": ("starting org.example.shop.Cart", "starting org.example.jobs.Mail"),
    "host with a port": ("example.cn:80 closed", "10.0.0.1:81 closed"),
    "leader dots": ("parity enable......0", "parity enable......1"),
}


@pytest.mark.parametrize("messages", ALIKE.values(), ids=ALIKE.keys())
def test_messages_of_one_statement_are_one(messages: tuple[str, ...]) -> None:
    assert len({coarse_template(message) for message in messages}) == 1


APART = {
    "other words": ("lease 5 is over", "lease 5 is lost"),
    "user that is no name": ("check 5: user unknown", "check 5: user ann"),
    "nothing but a name": ("'timeout'", "'currency'"),
    "exception": ("java.net.ConnectException: 5", "java.net.BindException: 5"),
    "method": ('10.0.0.1 "GET /a/b" 200', '10.0.0.1 "POST /a/b" 200'),
    "key": ("total=5", "count=5"),
    "state": ("task 5 went from NEW to READY", "task 5 went from NEW to FAILED"),
    "source file": ("main.c:12: assertion failed", "util.c:12: assertion failed"),
}


@pytest.mark.parametrize("messages", APART.values(), ids=APART.keys())
def test_messages_of_two_statements_stay_two(messages: tuple[str, str]) -> None:
    assert len({coarse_template(message) for message in messages}) == 2


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_every_rule_of_the_wider_template_is_needed(rule: tuple[str, str]) -> None:
    words = [template(message) for messages in ALIKE.values() for message in messages]
    words += [re.sub(r"<[a-z]+>", "<*>", word) for word in words]
    assert any(re.search(rule[0], word) for word in words)


@given(LOOK_ALIKES)
def test_the_wider_template_tells_no_two_apart_that_the_exact_one_takes_for_one(text: str) -> None:
    assert coarse_template(template(text)) == coarse_template(text)
