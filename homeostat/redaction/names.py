"""Names that give a value away, and kinds of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import re2

from homeostat.redaction.spans import options

_PASSWORD = (
    r"passw(?:or)?d|passphrase|passcode|passwrd|pwd|kennwort|passwort|[_.-]pass\b|\bpass\b|\bpin\b|[_.-]pw\b|"
    r"\bpw\b|\bpass_?[0-9]\b|pass_word|(?:user|my|root|db|admin|smtp|ldap|mysql)_?pass\b|(?:root|bind|admin|db)_?pw\b|"
    r"requirepass|masterauth|\bw?psk\b|contrase(?:ñ|\xf1)a|\bsenha\b|mot de passe|(?:П|п)ароль|密码|密碼"
)
_SECRET = (
    r"secret|credential|\bcreds\b|token|api[_. -]?key|[_.-]auth\b|auth[_.-]?(?:key|code)|"
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
    "droneci dropbox duffel dynatrace easypost elasticsearch elastic etsy facebook fastly figma finicity "
    "finnhub firebase flickr flutterwave freshbooks gitea github gitlab gitter gocardless grafana heroku "
    "hubspot huggingface intercom jfrog artifactory kraken kucoin launchdarkly linear linkedin lob looker "
    "mailchimp mailgun mapbox mattermost maxmind meraki messagebird mistral netlify newrelic new[_-]relic "
    "notion npm nytimes newyorktimes okta openai anthropic opsgenie pagerduty paypal perplexity plaid "
    "planetscale postmark pubnub pulumi pusher rapidapi readme rollbar rubygems sendbird sendgrid "
    "sendinblue sentry shippo shopify sidekiq slack snyk sonar splunk squarespace square stripe "
    "sumologic sumo supabase telegram telegr travis trello twilio twitch twitter typeform vercel yandex "
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


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[bytes]], ...]:
    return tuple((kind, re.compile(f"(?i:{pattern})".encode())) for kind, pattern in _KINDS)


@cache
def _any() -> re2._Regexp:
    return re2.compile(f"(?i){_HIT}".encode(), options())


def hits(data: bytes) -> Iterator[re2._Match]:
    """Each piece of a name that gives a value away."""
    yield from _any().finditer(data)


def kind_at(data: bytes, start: int) -> str:
    """Of which kind the piece is that begins there."""
    return next(kind for kind, pattern in _kinds() if pattern.match(data, start))


def is_word(data: bytes, start: int, end: int) -> bool:
    """Whether a word begins and ends there, also as names join them: `githubToken`, no `global`."""
    before, first, last, after = (
        data[start - 1 : start],
        data[start : start + 1],
        data[end - 1 : end],
        data[end : end + 1],
    )
    begins = not before.isalpha() or (before.islower() and first.isupper())
    return begins and not after.islower() and not (last.isupper() and after.isupper())
