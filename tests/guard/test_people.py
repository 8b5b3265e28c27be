"""A patch brings nobody's address or number along, and honest code is not taken for one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeostat.guard import refusals
from homeostat.guard.people import personal
from homeostat.records import Patch
from tests.guard.test_calls import LIMITS, changed, reasons

TOLD = [
    ("email", "src/a.py", "# ask jane.doe@customer-mail.com"),
    ("email", "src/a.js", "const to = 'jane.doe&#x40;customer-mail.com';"),
    ("email", "src/a.js", "const to = 'jane.doe&commat;customer-mail.com';"),
    ("email", "src/a.py", 'OWNER = "jane.doe@customer-mail.com"'),
    ("email", "src/a.py", '"""By Jane <jane@doe.io>."""'),
    ("email", "src/a.js", "// @author jane@customer-mail.com"),
    ("email", "src/a.js", "const to = `jane@customer-mail.com`;"),
    ("email", "src/a.jsx", "const a = <p>jane@customer-mail.com</p>;"),
    ("email", "src/a.php", "$to = 'jane%40customer-mail.com';"),
    ("email", "src/a.html", "<a href='mailto:jane@customer-mail.com'>"),
    ("card", "src/a.py", "# paid by 4111 1111 1111 1111"),
    ("card", "src/a.js", "const card = 5500005555555559;"),
    ("phone", "src/a.js", "// call +49 30 901820"),
    ("phone", "src/a.py", 'PHONE = "(212) 736-5000"'),
    ("ip", "src/a.py", 'HOST = "203.0.114.77"'),
    ("ip", "src/a.js", "// from 2a00:1450:4001:82b::200e"),
    ("iban", "src/a.py", "# DE89 3704 0044 0532 0130 00"),
    ("ssn", "src/a.py", "# ssn 219-09-9999"),
    ("mac", "src/a.py", "# seen at 3c:22:fb:9a:10:42"),
]
HONEST = [
    ("src/a.py", 'SENDER = "noreply@shop.io"'),
    ("src/a.py", "# such as user@example.com, jane.doe@mail.example.org or joe@shop.test"),
    ("src/a.py", "# your-email@yourdomain.com, name@company.com, 1+octocat@users.noreply.github.com"),
    ("src/a.py", 'ADDRESS = "%s@shop.io"'),
    ("src/a.py", "weights = query@key.transpose(0, 1)"),
    ("src/a.py", "@app.route('/home/settings')"),
    ("src/a.py", 'HOSTS = ("127.0.0.1", "0.0.0.0", "::1", "localhost")'),
    ("src/a.py", 'PRIVATE = ["10.0.0.5", "192.168.1.17", "172.16.3.200", "169.254.169.254", "fe80::1"]'),
    ("src/a.py", 'NETS = ["203.0.113.7", "198.51.100.23", "192.0.2.1", "2001:db8::42", "255.255.255.128"]'),
    ("src/a.py", 'DNS = "8.8.8.8"'),
    ("src/a.py", 'VERSION = "2.31.4.10"  # see section 4.2.6.7 and 2.5.29.35'),
    ("src/a.js", "// call 555-555-0123 or 123-456-7890"),
    ("src/a.js", "const at = 1700000000000, most = 9007199254740991, small = 4294967295;"),
    ("src/a.js", "import { load } from '@scope/pkg.name'; import x from 'pkg@1.2.3/x.js';"),
    ("src/a.js", "const git = 'git@github.com:acme/shop.git';"),
    ("src/a.js", "const icon = 'logo@2x.png';"),
    ("src/a.ts", "@Input() name = '2026-03-02 10:17:00';"),
    ("src/a.rb", "x=@user.name"),
    ("src/a.php", "$x = @filemtime('a') ?: '00:11:22:33:44:55';"),
    ("src/a.css", "@media (min-width: 600px) {}"),
]


@pytest.mark.parametrize(("kind", "path", "line"), TOLD, ids=[f"{one[0]} {n}" for n, one in enumerate(TOLD)])
def test_a_line_that_tells_of_a_person_is_refused(kind: str, path: str, line: str) -> None:
    before = "<?php\n" if path.endswith(".php") else "x = 1\n"
    told = f"{path}: an added line tells of a person or a machine ({kind})"
    assert told in reasons(path, before, f"{before}{line}\n")


@pytest.mark.parametrize(("path", "line"), HONEST, ids=range(len(HONEST)))
def test_honest_code_tells_of_nobody(path: str, line: str) -> None:
    before = "<?php\n" if path.endswith(".php") else "x = 1\n"
    assert not list(personal([changed(path, before, f"{before}{line}\n")]))


@pytest.mark.parametrize(("_", "path", "line"), TOLD, ids=range(len(TOLD)))
def test_what_the_file_held_before_may_stay(_: str, path: str, line: str) -> None:
    assert not list(personal([changed(path, f"{line}\n", f"  {line}\nx = 2\n")]))


def test_what_moves_from_one_file_to_another_may_stay() -> None:
    line = 'OWNER = "jane.doe@customer-mail.com"\n'
    old, new = changed("src/a.py", line, ""), changed("src/b.py", "", line)
    assert not list(personal([old, new]))
    assert refusals(Patch("b" * 40, "t" * 40, "", (new,)), LIMITS)


@given(st.text() | st.text("@.:0123456789abc+- \\u%4"))
def test_no_text_is_too_odd(text: str) -> None:
    list(personal([replace(changed("src/a.py", "", ""), added=(text,), after=text)]))
