"""Values that a name gives away: `password = …`, `"api_key": …`, `HEROKU_TOKEN=…`; code and prose stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import re2

from homeostat.redaction.nearby import MORE, Nearby, nearby
from homeostat.redaction.said import Said, gives_away
from homeostat.redaction.spans import Span, options

_PASSWORD = (
    r"passw(?:or)?d|passphrase|passcode|passwrd|pwd|kennwort|passwort|[_.-]pass\b|\bpass\b|\bpin\b|[_.-]pw\b|"
    r"\bpw\b|\bpass_?[0-9]\b|(?:user|my|db|root|admin)pass\b|(?:root|bind)pw\b|\bpsk\b"
    r"|contrase..?a\b|\bsenha\b|mot de passe"
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
    r"([\w.-]{0,40}+(?:[ \t][\w.-]{1,20}+){0,2}?)(?::(?:protected|[\w\\]{1,60}:private))?"
    r"(?:\\?[\"'`]|[\])*]){0,3}[ \t]{0,20}(?:"
    r"(:[ \t]{0,2}[&'A-Za-z_][\w.:<>\[\]|?&' ]{0,40}[ \t]?=)|"
    r"(\|\|=?|\?\?=|\?=|:{0,2}={1,3}>?|!={1,2}|<-|->|;s:[0-9]{1,5}:|:|,|\())\*{0,2}"
    r"(?:\s{1,40}string\([0-9]{1,5}\)|(?<!,)[ \t]{0,20}\(?\r?\n[ \t]{1,40}(?=[\"'`]))?"
    r"[ \t]{0,20}([\[({]?(?:[bBrRfFuU@$]{0,2}\\{0,3}(?:\"\"\"|'''|[\"'`]))?)"
)
_SPOKEN = (
    r"([\w.-]{0,40})(?:\\?[\"'`]|[\])]){0,3}()([ \t]is:?[ \t]|[ \t]was:?[ \t]|[ \t]{1,4})((?:\\{0,3}[\"'])?)"
)
_OPENERS = (b"", b"-", b"export", b"?", b"&")
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
_TO_END = re.compile(rb"[^\s\"'`;]{4,600}(?=;|[ \t]*(?:[\r\n]|\Z))")
_CODE = re.compile(rb"\w\(|\[.*\]|\{.*\}|=>|->|\)\Z")
_TO_SPACE = re.compile(rb"[^\s\"'`\\]{1,600}")
_COMMAND = re.compile(
    rb"(?:^|[\s;&|\"'`>])(?:ENV|ARG|setenv|setx(?:[ \t]{1,4}/[mM])?|set(?:[ \t]{1,4}-\w{1,10}){1,4})"
    rb"[ \t]{1,4}\Z"
)
"""What sets a variable with nothing between its name and its value."""
_LIBPQ = re.compile(rb"(?i)\b(?:host(?:addr)?|port|user|dbname|username|server|uid)=[^\s=;,]{1,60}[ \t]\Z")
"""What stands before in a connection string of words."""
_NETRC = re.compile(rb"(?i)\b(?:machine|login|user(?:name)?)[ \t=:]")


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
        said = next((one for one in _readings(data, at.start(), at.end()) if gives_away(one)), None)
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
            end = more.end() if more else end
            yield Said(
                kind,
                name,
                apart.tail,
                sign,
                quoted,
                alone,
                chained=False,
                value=value[0],
                start=start,
                end=end,
            )


def _values(data: bytes, at: int, opened: bytes, *, to_space: bool = False) -> list[re.Match[bytes] | None]:
    """How far the value may go, the farthest first."""
    quote = opened[-1:] if opened[-1:] in _QUOTED else b""
    if not quote:
        patterns = (_WITH_QUOTES, _TO_SPACE, _BARE) if to_space else (_WITH_QUOTES, _BARE)
        return [pattern.match(data, at) for pattern in patterns]
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
    values = _values(data, head.end(), opened, to_space=to_space)
    if (
        kind == "password"
        and not quoted
        and sign in (b":", b"=")
        and (_opens(data, begun) or data[begun - 1 : begun] == b";")
    ):
        whole = _TO_END.match(data, head.end())
        values[:0] = [whole] if whole and not _CODE.search(whole[0]) else []
    for value in values:
        if value:
            alone = _alone(data, begun, value.end())
            said = b"=" if commanded else sign
            chained = _chained(data, begun, value.end())
            yield Said(kind, name, head[_TAIL], said, quoted, alone, chained, value[0], *value.span())


def _opens(data: bytes, start: int) -> bool:
    """Whether nothing stands before a name in its line."""
    line = max(data.rfind(b"\n", max(0, start - 80), start) + 1, start - 80, 0)
    return data[line:start].strip() in _OPENERS


def _alone(data: bytes, start: int, end: int) -> bool:
    return _opens(data, start) and data[end : end + 1] in (b"", b"\r", b"\n", b"&", b";")


def _chained(data: bytes, start: int, end: int) -> bool:
    """Whether another name and its value stand before, and nothing but an end or a next one behind."""
    if data[start - 1 : start] in (b"?", b"&", b";"):
        return data[end : end + 1] in (b"", b"&", b";", b'"', b"'", b"\r", b"\n")
    return data[start - 1 : start] in _BLANK and bool(_LIBPQ.search(data, max(0, start - 80), start))


def _spoken(data: bytes, start: int, *, quoted: bool) -> bool:
    """Whether a value may follow with nothing between: as netrc has it, or in quotes as prose has it."""
    return quoted or bool(_NETRC.search(data, max(0, start - 120), start))
