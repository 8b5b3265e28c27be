"""One HTTP client to GitHub: requests counted, paced, retried when that is safe, and told in a sentence."""

from __future__ import annotations

import ssl
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urljoin

import httpx2
import msgspec
from ghapi import core
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from homeostat import __version__
from homeostat.edges.github.answers import RefusalAnswer, RepositoryAnswer
from homeostat.edges.github.limits import Pace
from homeostat.edges.github.refusals import (
    STATUS_PAGE,
    FaultError,
    Refusal,
    RefusedError,
    details_of,
    renamed,
    sentence,
)
from homeostat.errors import CapError, ForgeError
from homeostat.outbound import one_line
from homeostat.ports import Clock

ghapi: Any = core  # it says that it has types, and has none

Shape = TypeVar("Shape")
Found = TypeVar("Found")

PAGE = 100
"""What GitHub gives in one page at most."""
PAGES = 1_000
"""More pages than any repository has; a server that goes on for ever is stopped."""
TRIES = 5
HOPS = 3
BEFORE_A_LOOK = 2.0
"""Seconds that GitHub gets to show in its lists what it has just done."""
CONNECT_SECONDS = 10.0
API_VERSION = "2022-11-28"
MEDIA_TYPE = "application/vnd.github+json"
BEFORE_ANYTHING = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
"""Faults after which GitHub has certainly seen nothing."""
PLACES = {"page", "after", "before"}
SAFE = {"GET", "PATCH", "PUT", "DELETE"}
"""Requests that may be sent twice: the second changes nothing more."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, ready to be sent any number of times."""

    verb: str
    deed: str
    """What it does, in words that fit after `could not`."""
    send: Callable[[], httpx2.Response]


@dataclass(frozen=True, slots=True)
class Server:
    """Whom to talk to, and as whom."""

    api_url: str
    token: str = field(repr=False)
    timeout: float
    """Seconds without a byte after which a request counts as lost."""
    most_requests: int | None = None
    """None: as many as it takes."""
    tries: int = TRIES
    """Of one request that gets no answer."""


class Wire:
    """GitHub's API for one repository and one token."""

    def __init__(self, slug: str, server: Server, *, clock: Clock, sleep: Callable[[float], None]) -> None:
        self.requests = 0
        self._slug = slug
        self._token = server.token
        self._most_requests = server.most_requests
        self._tries = server.tries
        self._home = httpx2.URL(server.api_url)
        self._pace = Pace(clock, sleep)
        self._sleep = sleep
        client = self._client(server.timeout)
        self._transport = ghapi.GhSyncTransport(client=client, retries=0, base_headers={"Accept": MEDIA_TYPE})
        self.close = weakref.finalize(self, client.close)

    def _client(self, timeout: float) -> httpx2.Client:
        headers = {
            "Authorization": f"Bearer {self._token}",
            "X-GitHub-Api-Version": API_VERSION,
            "User-Agent": f"homeostat/{__version__}",
        }
        this = weakref.ref(self)

        def count(_: httpx2.Request) -> None:
            wire = this()
            if wire is not None:
                wire.requests += 1

        return httpx2.Client(
            headers=headers,
            timeout=httpx2.Timeout(timeout, connect=CONNECT_SECONDS),
            follow_redirects=False,
            verify=_trust(),
            event_hooks={"request": [count]},
        )

    # --- calls ------------------------------------------------------------------------------

    def call(self, name: str, /, **parameters: object) -> Call:
        """One of ghapi's operations, by its name there, with its parameters."""
        owner, _, repository = self._slug.partition("/")
        defaults = {"owner": owner, "repo": repository}
        operation = ghapi.SyncOpFunc(_operations()[name], self._transport, str(self._home), defaults=defaults)
        deed = f"{operation.summary[:1].lower()}{operation.summary[1:]}"
        return Call(operation.verb, deed, lambda: operation(**parameters, raw_=True))

    def call_url(self, verb: str, url: str, deed: str, content: object = None) -> Call:
        """A request to a whole URL, for what ghapi does not know or would not quote."""
        request = self._transport.request
        return Call(verb, deed, lambda: request(verb, url, json=content, raw=True))

    def ask(self, call: Call, shape: type[Shape], *, repeatable: bool | None = None) -> Shape:
        """Send, and read the answer."""
        found: Shape = self._ask(call, shape, repeatable=repeatable)[0]
        return found

    def ask_whole(self, call: Call, shape: type[Shape]) -> tuple[Shape, Mapping[str, str]]:
        """The same, with the answer's headers."""
        found, response = self._ask(call, shape)
        return found, response.headers

    def tell(self, call: Call, *, repeatable: bool | None = None) -> None:
        """Send; the answer's content does not matter."""
        self._ask(call, None, repeatable=repeatable)

    def pages(self, name: str, shape: type[Shape], /, **parameters: object) -> Iterator[list[Shape]]:
        """All pages of a list, each when it is asked for."""
        place: dict[str, str] = {}
        for number in range(1, PAGES):
            call = self.call(name, **parameters, per_page=PAGE, query_=place)
            found, response = self._ask(call, list[shape])  # type: ignore[valid-type]
            yield found
            following = _next_place(response.links, number, full=len(found) >= PAGE)
            if following is None:
                return
            place = following
        raise ForgeError(
            f"{self._slug} has more than {PAGES} pages of what was asked for; that is not believed: "
            "check GITHUB_API_URL."
        )

    def once(self, send: Callable[[], Found], look: Callable[[], Found | None]) -> Found:
        """Do what must not be done twice: after an unclear answer look whether it was done, then go on."""

        def careful() -> Found:
            try:
                return send()
            except FaultError as fault:
                if not fault.maybe_done:
                    raise
                unclear = fault
            self._sleep(BEFORE_A_LOOK)
            found = self._looked(look)
            if found is None:
                raise unclear
            return found

        return self._retrying(lambda fault: fault.maybe_done)(careful)

    def _looked(self, look: Callable[[], Found | None]) -> Found | None:
        try:
            return look()
        except FaultError as fault:
            raise FaultError(str(fault), maybe_done=False) from None

    # --- one request ------------------------------------------------------------------------

    def _ask(
        self, call: Call, shape: type[Shape] | None, *, repeatable: bool | None = None
    ) -> tuple[Any, httpx2.Response]:
        again = call.verb in SAFE if repeatable is None else repeatable
        retrying = self._retrying(lambda fault: again or not fault.maybe_done)
        return retrying(self._attempt, call, shape)

    def _retrying(self, worth: Callable[[FaultError], bool]) -> Retrying:
        return Retrying(
            sleep=self._sleep,
            stop=stop_after_attempt(self._tries),
            wait=wait_exponential_jitter(initial=1, max=20),
            retry=retry_if_exception(lambda error: isinstance(error, FaultError) and worth(error)),
            reraise=True,
        )

    def _attempt(self, call: Call, shape: type[Shape] | None) -> tuple[Shape | None, httpx2.Response]:
        response = self._admitted(call)
        hops = 0
        while response.is_redirect:
            target = self._moved_to(response)
            if call.verb != "GET":
                raise ForgeError(self._renamed())
            if hops == HOPS:
                raise ForgeError(f"GitHub at {self._home} redirects in a circle: check GITHUB_API_URL.")
            hops += 1
            response = self._admitted(self.call_url("GET", target, call.deed))
        if not response.is_success:
            raise self._refused(call, response)
        return (self._read(call, response, shape) if shape else None), response

    def _admitted(self, call: Call) -> httpx2.Response:
        """The answer, once no rate limit stands in the way."""
        writes = call.verb != "GET"
        strike = 0
        while True:
            self._refuse_one_too_many()
            self._pace.before(writes=writes)
            response = self._exchange(call)
            said = _refusal(response).message
            if not self._pace.after(
                response.status_code, response.headers, said, writes=writes, strike=strike
            ):
                return response
            strike += 1

    def _refuse_one_too_many(self) -> None:
        if self._most_requests is not None and self.requests >= self._most_requests:
            raise CapError(
                f"MAX_REQUESTS ({self._most_requests}) is reached: the next run goes on from here; "
                "raise it when one leg of this repository needs more."
            )

    def _exchange(self, call: Call) -> httpx2.Response:
        try:
            return call.send()
        except ghapi.APIError as error:
            cause = error.__cause__
        except httpx2.HTTPError as error:
            cause = error
        except UnicodeEncodeError:
            raise ForgeError(
                f"The text with which to {call.deed} in {self._slug} holds half a character (a surrogate), "
                "which no file or request can carry: mend the report that it comes from."
            ) from None
        if isinstance(cause, httpx2.HTTPStatusError):
            return cause.response
        early = isinstance(cause, BEFORE_ANYTHING)
        raise self._fault(call, f"{type(cause).__name__} {cause}".strip(), maybe_done=not early)

    # --- what came back ---------------------------------------------------------------------

    def _read(self, call: Call, response: httpx2.Response, shape: type[Shape]) -> Shape:
        try:
            return msgspec.json.decode(response.content, type=shape)
        except msgspec.ValidationError as error:
            reason = self.scrubbed(str(error))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._fault(call, f"its answer is no JSON ({error})", maybe_done=True) from None
        raise ForgeError(
            f"GitHub's answer to `{call.deed}` in {self._slug} cannot be read ({reason}): "
            "check GITHUB_API_URL, and whether this version of Homeostat is the newest."
        )

    def _refused(self, call: Call, response: httpx2.Response) -> ForgeError:
        refusal = self._told(response)
        if response.is_server_error:
            return self._fault(call, f"HTTP {refusal.status} {refusal.message}", maybe_done=True)
        return RefusedError(refusal, sentence(refusal, slug=self._slug, deed=call.deed))

    def _told(self, response: httpx2.Response) -> Refusal:
        said = _refusal(response)
        return Refusal(
            status=response.status_code,
            message=self.scrubbed(said.message),
            details=tuple(self.scrubbed(detail) for detail in details_of(said.errors)),
            needs=self.scrubbed(response.headers.get("x-accepted-github-permissions", "")),
            sso=self.scrubbed(response.headers.get("x-github-sso", "").partition("url=")[2]),
        )

    def _fault(self, call: Call, reason: str, *, maybe_done: bool) -> FaultError:
        told = one_line(self.scrubbed(reason))
        message = (
            f"GitHub at {self._home} could not be used to {call.deed} in {self._slug}: {told}. "
            f"Check the network, GITHUB_API_URL and {STATUS_PAGE}; the next run goes on from here."
        )
        return FaultError(message, maybe_done=maybe_done)

    def _moved_to(self, response: httpx2.Response) -> str:
        """Where a redirect points; only ever on the same server, which alone may see the token."""
        url = httpx2.URL(urljoin(str(response.request.url), response.headers.get("location", "")))
        if (url.scheme, url.host, url.port) != (self._home.scheme, self._home.host, self._home.port):
            raise ForgeError(
                f"GitHub at {self._home} points to another server, {url.host}, which is not given the token: "
                "correct GITHUB_API_URL."
            )
        return str(url)

    def _renamed(self) -> str:
        known = self.ask(self.call("repos.get"), RepositoryAnswer).full_name
        return renamed(self._slug, known)

    def scrubbed(self, text: str) -> str:
        """Text without the token, wherever it came from."""
        return text.replace(self._token, "***") if self._token else text


@cache
def _trust() -> ssl.SSLContext:
    """Whom to believe; SSL_CERT_FILE is heeded, and it takes a tenth of a second."""
    return httpx2.create_ssl_context()


@cache
def _operations() -> dict[str, Any]:
    """GitHub's operations as ghapi describes them; a whole GhApi would build all 1,225, each time."""
    return {f"{described.group}.{described.name}": described for described in ghapi.pspec.ops}


def _refusal(response: httpx2.Response) -> RefusalAnswer:
    """What an answer says beside its status; a page of HTML says nothing."""
    if response.is_success:
        return RefusalAnswer()
    try:
        return msgspec.json.decode(response.content, type=RefusalAnswer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return RefusalAnswer(response.reason_phrase)


def _next_place(
    links: Mapping[str | None, Mapping[str, str]], number: int, *, full: bool
) -> dict[str, str] | None:
    """The query of the next page: as GitHub links it; by number when a full page came without any link."""
    if "next" in links:
        query = httpx2.URL(links["next"]["url"]).query.decode()
        return {name: value for name, value in parse_qsl(query) if name in PLACES}
    return {"page": str(number + 1)} if full and not links else None
