"""Values that a name gives away: `password = …`, `"api_key": …`, `HEROKU_TOKEN=…`; code and prose stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import re2

from homeostat.redaction.nearby import MORE, Nearby, nearby
from homeostat.redaction.rules import entropy
from homeostat.redaction.spans import Span, options

_PASSWORD = (
    r"passw(?:or)?d|passphrase|passcode|passwrd|pwd|kennwort|passwort|[_.-]pass\b|\bpass\b|\bpin\b|[_.-]pw\b"
)
_SECRET = (
    r"secret|credential|token|api[_. -]?key|[_.-]auth\b|auth[_.-]?(?:key|code)|"
    r"(?:access|private|encryption|decryption|signing|signature|account|storage|master|app|application|ssh|"
    r"license|consumer|client|service|session|webhook|admin|root|deploy|hmac|aes|jwt|shared|role|integration|write|"
    r"ingest|project|user|server|subscription|connection|vault|crypt|cipher|primary|secondary)[_. -]?key|"
    r"session[_.-]?id|cookie|\bsalt\b|[_.-]salt\b|otp|webhook[_.-]?url|\bbearer\b|\bjwt\b|dsn\b|\bsas\b"
)
_KEY = r"[_.-]key\b|\bkey\b|[a-z]Key\b"
_VENDORS = (
    "adafruit adobe airtable algolia alibaba aliyun amazon asana atlassian confluence jira authress auth0 "
    "aws azure beamer bitbucket bittrex buildkite circleci clojars cloudflare cloudinary codecov cohere "
    "coinbase confluent contentful databricks datadog deepseek digitalocean discord dockerhub doppler "
    "droneci dropbox duffel dynatrace easypost elastic etsy facebook fastly figma finicity finnhub "
    "firebase flickr flutterwave freshbooks gitea github gitlab gitter gocardless grafana heroku hubspot "
    "huggingface intercom jfrog artifactory kraken kucoin launchdarkly linear linkedin lob looker "
    "mailchimp mailgun mapbox mattermost maxmind meraki messagebird mistral netlify newrelic new[_-]relic "
    "notion npm nytimes newyorktimes okta openai anthropic opsgenie pagerduty paypal perplexity plaid "
    "planetscale postmark pubnub pulumi pusher rapidapi readme rollbar rubygems sendbird sendgrid "
    "sendinblue sentry shippo shopify sidekiq slack snyk sonar splunk squarespace square stripe sumo "
    "sumologic supabase telegram telegr travis trello twilio twitch twitter typeform vercel yandex "
    "zendesk zoom intra42 kubernetes stability replicate groq bugsnag"
).replace(" ", "|")
_PAT = r"(?-i:_PAT)\b"
_KINDS = (
    ("password", _PASSWORD),
    ("secret", _SECRET),
    ("pat", _PAT),
    ("key", _KEY),
    ("vendor", _VENDORS),
)
_HIT = "|".join(f"(?:{pattern})" for _, pattern in _KINDS)
_HEAD = (
    r"([\w.-]{0,40}+(?:[ \t][\w.-]{1,20}+){0,2}?)(?:\\?[\"'`]|[\])]){0,3}[ \t]{0,20}(?:"
    r"(:[ \t]{0,2}[&'A-Za-z_][\w.:<>\[\]|?&' ]{0,40}[ \t]?=)|"
    r"(\|\|=?|\?\?=|\?=|:{0,2}={1,3}>?|!={1,2}|<-|->|:|,|\())"
    r"[ \t]{0,20}([\[({]?(?:[bBrRfFuU@$]{0,2}\\{0,3}(?:\"\"\"|'''|[\"'`]))?)"
)
_SPOKEN = (
    r"([\w.-]{0,40})(?:\\?[\"'`]|[\])]){0,3}()([ \t]is:?[ \t]|[ \t]was:?[ \t]|[ \t]{1,4})((?:\\{0,3}[\"'])?)"
)
_LOOSE = (b"", b",", b"(", b"is", b"was", b"is:", b"was:")
_OPENERS = (b"", b"-", b"export", b"?", b"&")
_CALLED = (b",", b"(")
_BLANK = (b" ", b"\t")
_TAIL, _TYPE, _SIGN, _OPEN = 1, 2, 3, 4
_IN_NAMES = b"".join(bytes([code]) for code in range(128) if chr(code).isalnum() or chr(code) in "_.$-")
_QUOTED = {quote: re.compile(rb"[^\r\n\\" + quote + rb"]{1,600}") for quote in (b'"', b"'", b"`")}
_CLOSED = {
    (quote, depth): re.compile(
        rb"(?:[^\r\n\\%(q)b]|\\{%(most)d}|\\{%(inner)d}%(q)b|\\{1,%(most)d}+(?![\\\r\n%(q)b])){1,600}+(?=\\{%(depth)d}%(q)b)"
        % {b"q": quote, b"depth": depth, b"inner": 2 * depth + 1, b"most": 2 * depth + 2}
    )
    for quote in _QUOTED
    for depth in (0, 1, 3)
}
"""As far as the quote that closes it: one that a text in a text escapes no more than the first was."""
_BARE = re.compile(rb"[^\s\"'`,;<>&|(){}\[\]\\]{1,600}")
_WITH_QUOTES = re.compile(
    rb"[^\s\"'`,;<>&|(){}\[\]\\]{1,100}+(?:[\"'`](?=\w)[^\s\"'`,;<>&|(){}\[\]\\]{1,100}+){1,6}"
)
_TO_SPACE = re.compile(rb"[^\s\"'`\\]{1,600}")
_NOT_A_SECRET = re.compile(
    rb"(?i)(?:length|len|min|max|policy|field|input|reset|expir\w*|ttl|timeout|attempts?|age|count|file|path|dir|"
    rb"url|uri|endpoint|type|name|label|hint|regex|pattern|errors?|invalid|required|format|header|param\w*|prefix|"
    rb"suffix|version|sha\d*|hash|checksum|digest|commit|revision|ref|branch|integrity|etag|algorithm|mode|"
    rb"enabled|size|limit|usage|index|position|pos|offset|scopes?|status|at|by|ids?|arn|provider|strategy|"
    rb"message|title|description|text|ize\w*|izer|kind|list|store|manager|service|validator|class|component|env|"
    rb"column|row|budget|cost|price|host|port|region|bucket|email|user|username|release)\Z"
)
_IDENTITY = re.compile(rb"(?i)(?:session|client|app|key)[_.-]?id\Z")
"""Ids that are worth as much as a key."""
_NO_KEY = re.compile(
    rb"(?i)(?:public|cache|primary|foreign|sort|partition|i18n|translation|message|object|unique|index|row|react|"
    rb"query|hot|map|dict|locale|lang|locali[sz]ation|group|routing|storage|idempotency|lookup|config|settings|"
    rb"registry|dedup\w*|hash|restore|s3|mon|tur|don|hockey|whis|jockey|key)[_. -]?\Z"
)
_PLACEHOLDER = re.compile(
    rb"(?i)[<$%*#{\[]|a-z|!\w+\Z|x{4,}|\.{3}|\*{3}|(?:your|my|the|some)[_-]|placeholder|redacted|process\.env|"
    rb"os\.|env\.|(?:none|null|nil|undefined|true|false|string|str|text|hidden|required|optional|password|passwd|secret|"
    rb"token|bearer|basic|number|int|bool\w*|any|object|void|unknown|never|default|self|this|function|async|"
    rb"await|new|return|yes|no|on|off|masked|filtered|empty|missing|invalid|auto|todo|changed|incorrect|wrong|"
    rb"hashed|encrypted|plaintext|prompt|failed|ok|accepted|denied|rejected|"
    rb"correct|mismatch|matches|"
    rb"updated|unchanged|username|email|strong|expired|not|is|was|and|or|the|for|must|should|bytes|input|field|value|type|name|test_\w*)\Z"
)
_ADDRESS = re.compile(
    rb"(?i)[\w./-]+\.(?:html?|js|ts|py|md|json|ya?ml)\b|"
    rb"(?:https?|file|s3|gs|ssh|git|data|arn|urn|npm|sha\d{1,3})[:-]|[./~]{0,2}/|[a-z]:\\"
)
_DOTTED = re.compile(rb"[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.|!\.)[A-Za-z_$][\w$]*)+[!?;]?\Z")
_WORDS = re.compile(rb"[A-Za-z]+(?:[_.:/ -][A-Za-z]+)*\d{0,2}\Z|[A-Za-z]+\d{0,2}(?:[_-][A-Za-z]*\d{0,2})+\Z")
_CAMEL = re.compile(rb"[a-z]+(?:[A-Z][a-z]+)*\d{0,2}\Z")
_SHAPE = re.compile(rb"[\w+/=.~:!@#%^*?-]+\Z")
_QUOTED_SHAPE = re.compile(rb"[!-;=?-z|~\x80-\xff]+\Z")
_ESCAPED = re.compile(rb"\\+(?:[\"'`/nrtbf]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|(?<=\\\\))")
"""In texts; a pattern has others."""
_KEYLIKE = re.compile(rb"[\w+/-]+={0,2}\Z")
_PAIRS = re.compile(rb"(?i)(?:[0-9a-f]{2}:){3}")
_UUID = re.compile(rb"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_HEX = re.compile(rb"(?i)(?:[a-z]+_)?[0-9a-f]+\Z")
_DATED = re.compile(rb"v?\d+(?:[.:T-]\d+)+\S{0,12}\Z")
_NUMBER = re.compile(rb"[+-]?[\d._]+\Z")
_DIGIT, _LETTER, _MARK = (re.compile(pattern) for pattern in (rb"\d", rb"[A-Za-z]", rb"[!@#$%^&*?~+=]"))
_LOWER = re.compile(rb"[a-z]+\Z")
_OF_A_PASSWORD = re.compile(
    rb"(?i)(?:forgot\w*|new|old|current|confirm\w*|reset|change|enter|invalid|wrong|show|hide|your|user|db|is|has|"
    rb"verify|repeat|retype|missing|bad|weak|empty|"
    rb"no|update|set|get|check|the|a|input|auth\w*|login)?[ _.-]?passw"
)
_CHANGE = re.compile(rb"[a-z](?=[A-Z])")
_COMMAND = re.compile(
    rb"(?:^|[\s;&|\"'`>])(?:ENV|ARG|setenv|setx(?:[ \t]{1,4}/[mM])?|set(?:[ \t]{1,4}-\w{1,10}){1,4})"
    rb"[ \t]{1,4}\Z"
)
"""What sets a variable with nothing between its name and its value."""
_NETRC = re.compile(rb"(?i)\b(?:machine|login|user(?:name)?)[ \t=:]")


class Said(NamedTuple):
    """A name, what joins it to its value, and the value."""

    kind: str
    name: bytes
    tail: bytes
    sign: bytes
    quoted: bool
    alone: bool
    """Whether they have a line to themselves, as in files of settings."""
    value: bytes
    start: int
    end: int


@cache
def _compiled() -> tuple[re2._Regexp, re.Pattern[bytes], re.Pattern[bytes]]:
    heads = (re.compile(f"(?i){pattern}".encode()) for pattern in (_HEAD, _SPOKEN))
    return re2.compile(f"(?i){_HIT}".encode(), options()), *heads


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[bytes]], ...]:
    return tuple((kind, re.compile(f"(?i:{pattern})".encode())) for kind, pattern in _KINDS)


def found(data: bytes) -> Iterator[Span]:
    """Each value that its name gives away."""
    done = 0
    for at in _compiled()[0].finditer(data):
        if at.start() < done:
            continue
        said = next((one for one in _readings(data, at.start(), at.end()) if _gives_away(one)), None)
        if said:
            done = said.end
            yield Span(said.start, done, said.kind if said.kind == "password" else "secret")


def _readings(data: bytes, start: int, after: int) -> Iterator[Said]:
    """What may be meant, the longest value first."""
    kind = next(kind for kind, pattern in _kinds() if pattern.match(data, start))
    first = max(0, start - 50)
    begun = first + len(data[first:start].rstrip(_IN_NAMES))
    apart = nearby(data, start, after)
    if apart:
        yield from _apart(data, kind, data[begun:after] + apart.tail, begun, apart)
    _, head, spoken = _compiled()
    most = min(len(data), after + 300)
    commanded = data[begun - 1 : begun] in _BLANK and bool(_COMMAND.search(data, max(0, begun - 60), begun))
    likely, other = (spoken, head) if commanded else (head, spoken)
    opened = likely.match(data, after, most) or other.match(data, after, most)
    if opened:
        yield from _said(data, kind, begun, opened, commanded=commanded and not opened[_SIGN].strip())


def _apart(data: bytes, kind: str, name: bytes, begun: int, apart: Nearby) -> Iterator[Said]:
    sign = b":" if apart.block else b"=" if name.isupper() else b"is"
    quoted = bool(apart.opened) or (apart.shape is not None and not apart.block)
    for value in (
        [apart.shape.match(data, apart.end)] if apart.shape else _values(data, apart.end, apart.opened)
    ):
        if value and (sign != b"is" or b" " not in value[0]):
            start, end = value.span()
            alone = apart.block and _alone(data, begun, end)
            more = MORE.match(data, end) if alone else None
            yield Said(
                kind, name, apart.tail, sign, quoted, alone, value[0], start, more.end() if more else end
            )


def _values(data: bytes, at: int, opened: bytes, *, to_space: bool = False) -> list[re.Match[bytes] | None]:
    """How far the value may go, the farthest first."""
    quote = opened[-1:] if opened[-1:] in _QUOTED else b""
    if not quote:
        return [_WITH_QUOTES.match(data, at), (_TO_SPACE if to_space else _BARE).match(data, at)]
    closed = _CLOSED.get((quote, opened.count(b"\\")))
    return [closed and closed.match(data, at), _QUOTED[quote].match(data, at)]


def _said(data: bytes, kind: str, begun: int, head: re.Match[bytes], *, commanded: bool) -> Iterator[Said]:
    sign, opened = (head[_TYPE] or head[_SIGN]).strip(b" \t"), head[_OPEN]
    quoted = opened[-1:] in _QUOTED
    name = data[begun : head.end(_TAIL)]
    to_space = (head[_SIGN] == b"=" or commanded) and name.isupper() and not quoted
    tight = not data[head.end(_SIGN) : head.end(_SIGN) + 1].isspace()
    apart = kind == "vendor" or (kind != "password" and b" " in head[_TAIL])
    if sign == b":" and apart and tight and not quoted:
        return  # an address: `npm:name`, `github:owner/name`
    if not (sign or commanded or _spoken(data, begun, quoted=quoted)):
        return
    for value in _values(data, head.end(), opened, to_space=to_space):
        if value:
            alone = _alone(data, begun, value.end())
            said = b"=" if commanded else sign
            yield Said(kind, name, head[_TAIL], said, quoted, alone, value[0], *value.span())


def _alone(data: bytes, start: int, end: int) -> bool:
    line = max(data.rfind(b"\n", max(0, start - 80), start) + 1, start - 80, 0)
    return data[line:start].strip() in _OPENERS and data[end : end + 1] in (b"", b"\r", b"\n", b"&", b";")


def _spoken(data: bytes, start: int, *, quoted: bool) -> bool:
    """Whether a value may follow with nothing between: as netrc has it, or in quotes as prose has it."""
    return quoted or bool(_NETRC.search(data, max(0, start - 120), start))


def _character(escape: re.Match[bytes]) -> bytes:
    """What an escape stands for, as far as it matters for a judgement."""
    name = escape[0].lstrip(b"\\")
    if len(name) > 1:
        code = int(name[1:], 16)
        return bytes([code]) if code < 128 else b"x"
    return b" " if name and name in b"nrtbf" else b"x"


def _gives_away(said: Said) -> bool:
    value = said.value
    if b"\\" in value:
        value = _ESCAPED.sub(_character, value)
        if b"\\" in value or (said.kind != "password" and not _SHAPE.match(value)):
            return False
        said = said._replace(value=value)
    joined = not said.quoted and said.kind != "password" and b"=" in value.rstrip(b"=")
    if joined or b"public" in said.name.lower():
        return False
    if (
        _PLACEHOLDER.match(value)
        or b"REDACTED" in value
        or b"::" in value
        or (value.count(b":") > 2 and _PAIRS.search(value))
        or len(set(value[:40])) < 3
    ):
        return False
    if said.sign in _CALLED and (said.tail or not said.quoted):
        return False
    if _NOT_A_SECRET.search(said.tail) and not _IDENTITY.search(said.name):
        return False
    return _JUDGES[said.kind](said)


def _is_password(said: Said) -> bool:
    value, marked = said.value, bool(_DIGIT.search(said.value) or _MARK.search(said.value))
    if len(value) < 4 or _ADDRESS.match(value) or _DOTTED.match(value):
        return False
    if said.name.lower() in (b"pwd", b"oldpwd") and said.kind == "password" and b"/" in value:
        return False
    if b" " in value:
        return b"phrase" in said.name.lower() or (value.count(b" ") < 3 and bool(_DIGIT.search(value)))
    if not marked and _OF_A_PASSWORD.match(value):
        return False
    if said.quoted:
        return said.sign not in _LOOSE or (marked and len(value) >= 6)
    if said.sign == b":" and _NUMBER.match(value):
        return b"." not in said.tail and len(value) >= 4
    shell = said.sign == b"=" and said.name.isupper()
    if said.alone and len(value) >= 6 and said.sign in (b"=", b":") and b"passw" not in value.lower():
        return shell or marked or bool(_LOWER.match(value))
    return shell or (marked and not (said.sign == b"," or value.endswith((b":", b"?", b"="))))


def _is_secret(said: Said) -> bool:
    value = said.value
    if len(value) < 8 or not _plain(value, _QUOTED_SHAPE if said.quoted else _SHAPE) or _NUMBER.match(value):
        return False
    digits = len(_DIGIT.findall(value))
    if said.sign in _LOOSE and (digits < 2 or len(value) < 12):
        return False
    if _CAMEL.match(value) or _WORDS.match(value):
        return (b"secret" in said.name.lower() and said.quoted and digits > 0) or (
            digits > 2 and _random(value, 20)
        )
    if said.quoted or (said.sign == b"=" and said.name.isupper()):
        return digits > 0 or (len(value) >= 16 and entropy(value) > 3.3)
    return (digits >= 2 and len(value) >= 10) or _random(value, 20)


def _is_key(said: Said) -> bool:
    if _NO_KEY.search(re.split(rb"(?i)key", said.name)[0]) or len(said.value) < 20:
        return False
    if b"-" in said.value and not (re.search(rb"[A-Z]", said.value) and re.search(rb"[a-z]", said.value)):
        return False
    if not _KEYLIKE.match(said.value) or _WORDS.match(said.value) or _HEX.match(said.value):
        return False
    return _random(said.value, 20)


def _is_vendors(said: Said) -> bool:
    value = said.value
    if said.sign in _LOOSE or len(value) < 10 or not _plain(value):
        return False
    if _UUID.match(value):
        return True
    if _scrambled(value):
        return True
    if _DATED.match(value) or _NUMBER.match(value) or _WORDS.match(value) or _CAMEL.match(value):
        return False
    return (
        len(value) >= 14 and len(_DIGIT.findall(value)) >= 2 and b"/" not in value[:4] and entropy(value) > 3
    )


def _plain(value: bytes, shape: re.Pattern[bytes] = _SHAPE) -> bool:
    """Whether it has the form of a token: in one word, no address, no path, no expression."""
    return bool(shape.match(value)) and not (
        _ADDRESS.match(value) or _DOTTED.match(value) or _DATED.match(value)
    )


def _scrambled(value: bytes) -> bool:
    """Whether letters change their case more often than in words that are joined."""
    return len(value) >= 24 and value.isalnum() and len(_CHANGE.findall(value)) * 5 >= len(value)


def _random(value: bytes, least: int) -> bool:
    return (
        len(value) >= least
        and _plain(value)
        and bool(_DIGIT.search(value) and _LETTER.search(value))
        and entropy(value) >= 3.5
        and not _UUID.match(value)
    )


def _is_pat(said: Said) -> bool:
    return bool(_KEYLIKE.match(said.value)) and not _WORDS.match(said.value) and _random(said.value, 20)


_JUDGES = {
    "pat": _is_pat,
    "password": _is_password,
    "secret": _is_secret,
    "key": _is_key,
    "vendor": _is_vendors,
}
