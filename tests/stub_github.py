"""A little GitHub on loopback: stateful enough for the contract, and able to fail as GitHub documents it."""

import json
import re
import socket
import struct
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from homeostat.edges.github import GitHubForge

# ruff: noqa: ANN401 - JSON is of any type

NOW = datetime(2025, 3, 1, 12, 30, tzinfo=UTC)
SLUG = "octo/app"
TOKEN = "ghs_0123456789abcdefTOKEN"  # noqa: S105 - the stub's own
Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """Status, content (None: no body) and headers."""

    status: int
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What goes wrong with the next `times` requests that match."""

    verb: str
    path: str
    answer: Answer | None = None
    """Said in place of the true answer."""
    manner: str = "answer"
    """answer, reset (the connection), slow (2 s), cut (in the middle), garbled (half of the JSON)."""
    done: bool = False
    """Whether the request is carried out all the same."""
    times: int = 1

    def plays(self, verb: str, path: str) -> bool:
        return self.times > 0 and self.verb == verb and re.search(self.path, path) is not None


@dataclass(frozen=True)
class Request:
    """What arrived."""

    verb: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def refusal(status: int, message: str, *errors: Any, **headers: str) -> Answer:
    more = {"errors": list(errors)} if errors else {}
    content = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": f"{status}"}
    return Answer(status, content | more, {name.replace("_", "-"): value for name, value in headers.items()})


NOT_FOUND = refusal(404, "Not Found")


class StubGitHub:
    """One server, one repository; what people do on GitHub's pages are methods."""

    def __init__(self, prefix: str = "") -> None:
        self.time = Time()
        self.prefix = prefix
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.slug = SLUG
        self.old_slug = ""
        self.repository: Json = {"archived": False, "disabled": False, "permissions": {"push": True}}
        self.scopes: str | None = None
        """Of a classic token; of others GitHub says nothing."""
        self.entries: dict[int, Json] = {}
        self.threads: dict[int, list[Json]] = {}
        self.labels: dict[str, Json] = {}
        self.labellings: dict[int, list[Json]] = {}
        self.edits: dict[int, list[Json]] = {}
        self.renamings: dict[int, list[Json]] = {}
        self.permissions: dict[str, str] = {}
        """By login: admin, write, read; a stranger has none."""
        self.refs: MutableMapping[str, str] = {}
        self.commits: dict[str, Json] = {}
        self.account = "homeostat[bot]"
        self.signs = True
        self.links = True
        self.alive_for: int | None = None
        """After how many requests the server is gone; the last of them is done and not answered."""
        self.url = ""
        self.after: dict[str, Callable[[], object]] = {}
        """What somebody else does right after the next request of a verb."""
        self._lock = threading.Lock()

    # --- what people do ---------------------------------------------------------------------

    def forge(self, **more: Any) -> GitHubForge:
        chosen: dict[str, Any] = {
            "token": TOKEN,
            "api_url": self.url + self.prefix,
            "server_url": "https://github.example",
            "clock": self.time.clock,
            "sleep": self.time.sleep,
        }
        return GitHubForge(**{"slug": self.slug} | chosen | more)

    def file_issue(self, title: str, body: str | None, labels: tuple[str, ...] = (), **more: Any) -> int:
        return int(self._entry(title, body, labels, **more)["number"])

    @property
    def owner(self) -> str:
        return self.slug.partition("/")[0]

    def close_issue(self, number: int) -> None:
        self.entries[number] |= {"state": "closed", "closed_at": stamp(self.time.now)}

    def label(self, number: int, label: str, *, by: str, kind: str = "User") -> None:
        """Set a label, taking it off first where it is there."""
        entry = self.entries[number]
        entry["labels"] = [*(name for name in entry["labels"] if name != label), label]
        entry["updated_at"] = stamp(self.time.now)
        self._note_label(number, label, by, kind)

    def edit_issue(self, number: int, *, by: str, kind: str = "User", **changes: str) -> None:
        """Give an issue another `title` or `body`."""
        self.entries[number] |= changes | {"updated_at": stamp(self.time.now)}
        deed = self._deed(by, kind)
        if "title" in changes:
            self.renamings[number].append(deed)
        if "body" in changes:
            self.edits[number].append({"editedAt": deed["createdAt"], "editor": deed["actor"]})

    def _note_label(self, number: int, label: str, by: str, kind: str = "User") -> None:
        self.labels.setdefault(label.casefold(), {"name": label, "color": "ededed", "description": None})
        self.labellings[number].append(self._deed(by, kind) | {"label": {"name": label}})

    def _deed(self, by: str, kind: str) -> Json:
        return {"createdAt": stamp(self.time.now), "actor": {"login": by, "__typename": kind}}

    def push_branch(self, branch: str, *, onto: str = "main", message: str = "m") -> str:
        parent = self.refs.get(onto)
        return self.commit_on(branch, [parent] if parent else [], message, {branch: branch})

    def file_pull(self, branch: str, **more: Any) -> int:
        self.push_branch(branch)
        entry = self._entry(f"Mend {branch}", "why", (), pull_request={}, head=branch, base="main")
        entry.update(more)
        return int(entry["number"])

    def known_commit(self, sha: str) -> Json | None:
        return self.commits.get(sha)

    def commit_on(self, branch: str, parents: list[str], message: str, files: dict[str, str]) -> str:
        text = json.dumps([branch, parents, message, files, len(self.commits)])
        sha = sha1(text.encode(), usedforsecurity=False).hexdigest()
        self.commits[sha] = {"sha": sha, "message": message, "parents": parents, "files": files}
        self.refs[branch] = sha
        return sha

    def _entry(self, title: str, body: str | None, labels: tuple[str, ...], **more: Any) -> Json:
        number = len(self.entries) + 1
        entry = {
            "number": number,
            "title": title,
            "body": body,
            "labels": list(labels),
            "state": "open",
            "user": {"login": "capture-bot"},
            "author_association": "MEMBER",
            "locked": False,
            "created_at": stamp(self.time.now),
            "updated_at": stamp(self.time.now),
            "closed_at": None,
            "merged_at": None,
            "merge_commit_sha": None,
        }
        self.entries[number] = entry | more
        self.threads[number] = []
        self.edits[number], self.renamings[number], self.labellings[number] = [], [], []
        for label in labels:  # also a template's labels are set in the author's name
            self._note_label(number, label, self.entries[number]["user"]["login"])
        return self.entries[number]

    # --- routes -----------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") not in {f"Bearer {TOKEN}", f"token {TOKEN}"}:
            return refusal(401, "Bad credentials")
        if request.verb == "POST" and request.path == self.prefix.replace("/v3", "") + "/graphql":
            return self._graphql(request)
        if self.old_slug and request.path.startswith(f"{self.prefix}/repos/{self.old_slug}"):
            return self._redirect(request)
        place = request.path.replace("/repositories/1", f"/repos/{self.slug}", 1)
        rest = place.removeprefix(f"{self.prefix}/repos/{self.slug}")
        if rest == place:
            return NOT_FOUND
        for verb, pattern, play in self._routes():
            found = re.fullmatch(pattern, rest)
            if verb == request.verb and found:
                return play(request, *[unquote(group) for group in found.groups()])
        return NOT_FOUND

    def _routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        return [
            ("GET", "", self._get_repository),
            ("GET", "/issues", self._list_issues),
            ("GET", r"/issues/(\d+)", self._get_issue),
            ("POST", "/issues", self._create_issue),
            ("PATCH", r"/issues/(\d+)", self._update_issue),
            ("GET", r"/issues/(\d+)/comments", self._list_comments),
            ("GET", r"/collaborators/([^/]+)/permission", self._get_permission),
            ("POST", r"/issues/(\d+)/comments", self._create_comment),
            ("PATCH", r"/issues/comments/(\d+)", self._update_comment),
            ("POST", r"/issues/(\d+)/labels", self._add_labels),
            ("DELETE", r"/issues/(\d+)/labels/([^/]+)", self._remove_label),
            ("GET", "/labels", self._list_labels),
            ("POST", "/labels", self._create_label),
            ("GET", "/pulls", self._list_pulls),
            ("POST", "/pulls", self._create_pull),
            ("GET", r"/pulls/(\d+)", self._get_pull),
            ("PATCH", r"/pulls/(\d+)", self._update_pull),
            ("GET", r"/git/ref/heads/(.+)", self._get_ref),
            ("POST", "/git/refs", self._create_ref),
            ("PATCH", r"/git/refs/heads/(.+)", self._update_ref),
            ("DELETE", r"/git/refs/heads/(.+)", self._delete_ref),
            ("GET", r"/git/commits/([0-9a-f]+)", self._get_commit),
        ]

    def _redirect(self, request: Request) -> Answer:
        rest = request.path.removeprefix(f"{self.prefix}/repos/{self.old_slug}")
        query = f"?{urlencode(request.query)}" if request.query else ""
        location = f"{self.url}{self.prefix}/repositories/1{quote(rest)}{query}"
        status = 301 if request.verb == "GET" else 307
        return refusal(status, "Moved Permanently", location=location)

    def _page(self, request: Request, entries: list[Any]) -> Answer:
        size, page = int(request.query.get("per_page", "30")), int(request.query.get("page", "1"))
        shown = entries[(page - 1) * size : page * size]
        query = urlencode(request.query | {"page": f"{page + 1}"})
        more = page * size < len(entries) and self.links
        link = {"link": f'<{self.url}{request.path}?{query}>; rel="next", <x>; rel="first"'} if more else {}
        return Answer(200, shown, link)

    # --- issues -----------------------------------------------------------------------------

    def _get_repository(self, _: Request) -> Answer:
        scopes = {} if self.scopes is None else {"x-oauth-scopes": self.scopes}
        return Answer(200, {"full_name": self.slug} | self.repository, scopes)

    def _list_labels(self, request: Request) -> Answer:
        return self._page(request, [*self.labels.values()])

    def _list_issues(self, request: Request) -> Answer:
        wanted = {label.casefold() for label in request.query.get("labels", "").split(",") if label}
        found = [
            self._shown_issue(entry)
            for entry in self.entries.values()
            if entry["state"] == request.query.get("state", "open")
            and wanted <= {label.casefold() for label in entry["labels"]}
        ]
        return self._page(request, found if request.query.get("direction") == "asc" else found[::-1])

    def _get_issue(self, _: Request, number: str) -> Answer:
        entry = self.entries.get(int(number))
        return Answer(200, self._shown_issue(entry)) if entry else NOT_FOUND

    def _create_issue(self, request: Request) -> Answer:
        asked = request.body
        us = {"login": self.account}
        entry = self._entry(
            asked["title"], asked["body"], tuple(asked["labels"]), user=us, author_association="NONE"
        )
        return Answer(201, self._shown_issue(entry))

    def _update_issue(self, request: Request, number: str) -> Answer:
        entry = self.entries.get(int(number))
        if entry is None:
            return NOT_FOUND
        if "body" in request.body:
            self.edit_issue(int(number), by=self.account.removesuffix("[bot]"), kind="Bot", **request.body)
        entry |= request.body | {"updated_at": stamp(self.time.now)}
        return Answer(200, self._shown_issue(entry))

    def _shown_issue(self, entry: Json) -> Json:
        return entry | {"labels": self._shown_labels(entry), "id": 1_000 + entry["number"]}

    def _shown_labels(self, entry: Json) -> list[Json]:
        return [self.labels[label.casefold()] for label in entry["labels"]]

    def _get_permission(self, _: Request, login: str) -> Answer:
        return Answer(200, {"permission": self.permissions.get(login, "none"), "role_name": "custom"})

    def _list_comments(self, request: Request, number: str) -> Answer:
        thread = self.threads.get(int(number))
        return NOT_FOUND if thread is None else self._page(request, thread)

    def _create_comment(self, request: Request, number: str) -> Answer:
        if int(number) not in self.threads:
            return NOT_FOUND
        made = sum(len(thread) for thread in self.threads.values())
        comment = {"id": 5_000 + made, "user": {"login": "homeostat[bot]"}, "body": request.body["body"]}
        self.threads[int(number)].append(comment)
        return Answer(201, comment)

    def _update_comment(self, request: Request, number: str) -> Answer:
        for comment in (known for thread in self.threads.values() for known in thread):
            if comment["id"] == int(number):
                comment["body"] = request.body["body"]
                return Answer(200, comment)
        return NOT_FOUND

    def _create_label(self, request: Request) -> Answer:
        if request.body["name"].casefold() in self.labels:
            error = {"resource": "Label", "code": "already_exists", "field": "name"}
            return refusal(422, "Validation Failed", error)
        self.labels[request.body["name"].casefold()] = request.body
        return Answer(201, request.body)

    def _add_labels(self, request: Request, number: str) -> Answer:
        entry = self.entries.get(int(number))
        if entry is None:
            return NOT_FOUND
        for label in request.body["labels"]:
            self.labels.setdefault(label.casefold(), {"name": label, "color": "ededed", "description": None})
            if label not in entry["labels"]:
                entry["labels"].append(label)
                self._note_label(int(number), label, "homeostat", "Bot")
        return Answer(200, self._shown_labels(entry))

    def _remove_label(self, _: Request, number: str, label: str) -> Answer:
        entry = self.entries.get(int(number))
        if entry is None:
            return NOT_FOUND
        if label not in entry["labels"]:
            return refusal(404, "Label does not exist")
        entry["labels"].remove(label)
        return Answer(200, self._shown_labels(entry))

    # --- pull requests ----------------------------------------------------------------------

    def _list_pulls(self, request: Request) -> Answer:
        query = request.query
        found = [
            self._shown_pull(entry)
            for entry in self.entries.values()
            if "pull_request" in entry
            and entry["state"] == query.get("state", "open")
            and query.get("head", f"{self.owner}:{entry['head']}") == f"{self.owner}:{entry['head']}"
            and query.get("base", entry["base"]) == entry["base"]
        ]
        if query.get("sort") == "updated":
            found.sort(key=lambda entry: str(entry["updated_at"]))
        return self._page(request, found[::-1])

    def _create_pull(self, request: Request) -> Answer:
        asked = request.body
        problem = self._problem_of(asked["head"], asked["base"])
        if problem:
            return refusal(422, "Validation Failed", {"resource": "PullRequest", "code": "custom"} | problem)
        entry = self._entry(
            asked["title"], asked["body"], (), pull_request={}, head=asked["head"], base=asked["base"]
        )
        return Answer(201, self._shown_pull(entry))

    def _problem_of(self, head: str, base: str) -> Json:
        for name, branch in {"head": head, "base": base}.items():
            if branch not in self.refs:
                return {"field": name, "code": "invalid"}
        if self.refs[head] == self.refs[base]:
            return {"message": f"No commits between {base} and {head}"}
        standing = [e for e in self.entries.values() if e["state"] == "open" and e.get("head") == head]
        return {"message": f"A pull request already exists for {self.owner}:{head}."} if standing else {}

    def _get_pull(self, _: Request, number: str) -> Answer:
        entry = self.entries.get(int(number))
        return Answer(200, self._shown_pull(entry)) if entry and "pull_request" in entry else NOT_FOUND

    def _update_pull(self, request: Request, number: str) -> Answer:
        entry = self.entries.get(int(number))
        if entry is None or "pull_request" not in entry:
            return NOT_FOUND
        entry |= request.body | {"updated_at": stamp(self.time.now)}
        if entry["state"] == "closed":
            entry["closed_at"] = entry["closed_at"] or stamp(self.time.now)
        return Answer(200, self._shown_pull(entry))

    def _shown_pull(self, entry: Json) -> Json:
        home = {"full_name": self.slug}
        head = {"ref": entry["head"], "label": f"{self.owner}:{entry['head']}", "repo": home}
        return entry | {
            "labels": self._shown_labels(entry),
            "html_url": f"https://github.example/{self.slug}/pull/{entry['number']}",
            "head": entry.get("fork_head") or head,
            "base": {"ref": entry["base"], "label": f"{self.owner}:{entry['base']}", "repo": home},
        }

    # --- git --------------------------------------------------------------------------------

    def _get_ref(self, _: Request, branch: str) -> Answer:
        return self._shown_ref(200, branch) if branch in self.refs else NOT_FOUND

    def _shown_ref(self, status: int, branch: str) -> Answer:
        target = {"type": "commit", "sha": self.refs[branch]}
        return Answer(status, {"ref": f"refs/heads/{branch}", "object": target})

    def _create_ref(self, request: Request) -> Answer:
        branch = request.body["ref"].removeprefix("refs/heads/")
        if branch in self.refs:
            return refusal(422, "Reference already exists")
        if self.known_commit(request.body["sha"]) is None:
            return refusal(422, "Object does not exist")
        self.refs[branch] = request.body["sha"]
        return self._shown_ref(201, branch)

    def _update_ref(self, request: Request, branch: str) -> Answer:
        if branch not in self.refs:
            return refusal(422, "Reference does not exist")
        self.refs[branch] = request.body["sha"]
        return self._shown_ref(200, branch)

    def _delete_ref(self, _: Request, branch: str) -> Answer:
        if self.refs.pop(branch, None) is None:
            return refusal(422, "Reference does not exist")
        return Answer(204)

    def _get_commit(self, _: Request, sha: str) -> Answer:
        commit = self.known_commit(sha)
        if commit is None:
            return NOT_FOUND
        return Answer(200, commit | {"parents": [{"sha": parent} for parent in commit["parents"]]})

    def _graphql(self, request: Request) -> Answer:
        if "viewer" in request.body["query"]:
            viewer = {"login": self.account, "__typename": "Bot"}
            return Answer(200, {"data": {"viewer": viewer}})
        if request.body["query"].startswith("query"):
            return self.handling(request.body["variables"])
        if not self.signs:
            return NOT_FOUND
        asked = request.body["variables"]["input"]
        branch = asked["branch"]["branchName"]
        if self.refs.get(branch) != asked["expectedHeadOid"]:
            error = {
                "type": "STALE_DATA",
                "message": f'Expected branch to point to "{self.refs.get(branch)}"',
            }
            return Answer(200, {"data": {"createCommitOnBranch": None}, "errors": [error]})
        files = {
            entry["path"]: b64decode(entry["contents"]).decode()
            for entry in asked["fileChanges"]["additions"]
        }
        message = "\n\n".join(part for part in asked["message"].values() if part)
        sha = self.commit_on(branch, [asked["expectedHeadOid"]], message, files)
        return Answer(200, {"data": {"createCommitOnBranch": {"commit": {"oid": sha}}}})

    def handling(self, asked: Json) -> Answer:
        number = asked["number"]
        entry = self.entries.get(number)
        if entry is None or "pull_request" in entry or f"{asked['owner']}/{asked['name']}" != self.slug:
            error = {"type": "NOT_FOUND", "message": "Could not resolve to an Issue"}
            return Answer(200, {"data": {"repository": {"issue": None}}, "errors": [error]})
        first = {"editedAt": entry["created_at"], "editor": {"login": "x", "__typename": "User"}}
        edits = self.edits[number] and [*reversed(self.edits[number]), first]
        issue = {
            "title": entry["title"],
            "body": entry["body"] or "",
            "createdAt": entry["created_at"],
            "lastEditedAt": edits[0]["editedAt"] if edits else None,
            "editor": edits[0]["editor"] if edits else None,
            "userContentEdits": {"totalCount": len(edits), "nodes": edits[:100]},
            "renamings": self._events(self.renamings[number]),
            "labellings": self._events(self.labellings[number]),
        }
        return Answer(200, {"data": {"repository": {"issue": issue}}})

    def _events(self, events: list[Json]) -> Json:
        return {"totalCount": len(events), "nodes": events[-100:]}

    # --- the server -------------------------------------------------------------------------

    def play(self, request: Request) -> tuple[Answer, str]:
        """The answer to one request and how to deliver it."""
        with self._lock:
            self.requests.append(request)
            if self.alive_for is not None and len(self.requests) >= self.alive_for:
                lost = self.answer(request) if len(self.requests) == self.alive_for else NOT_FOUND
                return lost, "reset"
            try:
                return self._played(request)
            finally:
                self.after.pop(request.verb, int)()

    def _played(self, request: Request) -> tuple[Answer, str]:
        fault = next((fault for fault in self.faults if fault.plays(request.verb, request.path)), None)
        if fault is None:
            return self.answer(request), "answer"
        fault.times -= 1
        true = self.answer(request) if fault.done or fault.answer is None else None
        return fault.answer or true or NOT_FOUND, fault.manner


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    stub: StubGitHub

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        split = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            self.command, split.path, dict(parse_qsl(split.query)), json.loads(raw) if raw else None, headers
        )
        answer, manner = self.stub.play(request)
        if manner == "reset":
            self._reset()
            return
        if manner == "slow":
            time.sleep(2)
        self._send(answer, manner)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - the base class's names

    def _send(self, answer: Answer, manner: str) -> None:
        isbytes = isinstance(answer.content, bytes)
        body = answer.content if isbytes else json.dumps(answer.content, ensure_ascii=False).encode()
        body = b"" if answer.content is None else body
        sent = body[: len(body) // 2] if manner in {"cut", "garbled"} else body
        self.send_response_only(answer.status)
        headers = {
            "date": format_datetime(self.stub.time.now, usegmt=True),
            "content-type": "application/json; charset=utf-8",
            "content-length": f"{len(sent if manner == 'garbled' else body)}",
            "x-ratelimit-remaining": "4999",
        }
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)
        if manner == "cut":
            self._reset()

    def _reset(self) -> None:
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """A client that went away is part of the play."""

    def shutdown_request(self, request: Any) -> None:
        self.close_request(request)  # without a polite shutdown, so that a reset is one


@contextmanager
def stub_github(prefix: str = "") -> Iterator[StubGitHub]:
    """A running stub with an empty repository that has one commit on main."""
    stub = StubGitHub(prefix)
    stub.push_branch("main")
    with serving(stub):
        yield stub


@contextmanager
def serving(stub: StubGitHub) -> Iterator[None]:
    """A stub, as long as it can be reached at its URL."""
    server = _Server(("127.0.0.1", 0), type("Connection", (_Connection,), {"stub": stub}))
    stub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
