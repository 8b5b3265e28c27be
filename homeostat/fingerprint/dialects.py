"""The browsers' dialects of one error, folded into one: an error has no accent.

V8 is the engine of Chrome, Edge and Node, SpiderMonkey of Firefox, JavaScriptCore of Safari, Chakra of IE and
old Edge, Hermes of React Native. The canonical text is V8's where it has one. What only some dialects tell
goes: the receiver (`a.b` in `a.b.x`, renamed by minifiers with every build) and what a comment beside a rule
names. The name of a property stays: Firefox before 90 says `a.b is undefined` and not which property was
wanted, so that text stays itself, or two wants of one function would become one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MAX_SPOKEN = 2_000
"""Characters of a message that are read: what engines say is shorter, or begins with what counts."""

SPEAKERS = frozenset(
    {
        "",
        "AbortError",
        "ChunkLoadError",
        "DOMException",
        "Error",
        "EvalError",
        "InternalError",
        "NS_ERROR_DOM_QUOTA_REACHED",
        "NetworkError",
        "NotAllowedError",
        "NotFoundError",
        "NotSupportedError",
        "QuotaExceededError",
        "RangeError",
        "ReferenceError",
        "SecurityError",
        "SyntaxError",
        "TypeError",
        "URIError",
        "UnhandledPromiseRejection",
        "UnhandledRejection",
    }
)
"""Types that engines and loaders throw; with any other the words are the program's own."""

_READ = ("TypeError", "Cannot read properties of {nil} (reading '{name}')")
_SET = ("TypeError", "Cannot set properties of {nil} (setting '{name}')")
_CALL = ("TypeError", "{name} is not a function")
_NEW = ("TypeError", "{name} is not a constructor")
_ITERATE = ("TypeError", "{name} is not iterable")
_UNKNOWN = ("ReferenceError", "{name} is not defined")
_EARLY = ("ReferenceError", "Cannot access '{name}' before initialization")
_CONSTANT = ("TypeError", "Assignment to constant variable.")
_READ_ONLY = ("TypeError", "Cannot assign to read only property '{name}'")
_GETTER = ("TypeError", "Cannot set property {name} which has only a getter")
_CLOSED = ("TypeError", "Cannot add property {name}, object is not extensible")
_DELETE = ("TypeError", "Cannot delete property '{name}'")
_REDEFINE = ("TypeError", "Cannot redefine property: {name}")
_IN = ("TypeError", "Cannot use 'in' operator to search for '{name}'")
_OBJECT = ("TypeError", "Cannot convert undefined or null to object")
_CYCLE = ("TypeError", "Converting circular structure to JSON")
_BIGINT = ("TypeError", "Do not know how to serialize a BigInt")
_REDUCE = ("TypeError", "Reduce of empty array with no initial value")
_URL = ("TypeError", "Invalid URL")
_FETCH = ("TypeError", "Failed to fetch")
_STACK = ("RangeError", "Maximum call stack size exceeded")
_LENGTH = ("RangeError", "Invalid array length")
_TIME = ("RangeError", "Invalid time value")
_URI = ("URIError", "URI malformed")
_TOKEN = ("SyntaxError", "Unexpected token '{name}'")
_JSON = ("SyntaxError", "Unexpected token in JSON")
_JSON_END = ("SyntaxError", "Unexpected end of JSON input")
_JSON_AFTER = ("SyntaxError", "Unexpected non-whitespace character after JSON")
_JSON_CONTROL = ("SyntaxError", "Bad control character in string literal in JSON")
_JSON_STRING = ("SyntaxError", "Unterminated string in JSON")
_QUOTA = ("QuotaExceededError", "The quota has been exceeded.")
_ABORT = ("AbortError", "The operation was aborted.")
_RESIZE = ("Error", "ResizeObserver loop completed with undelivered notifications.")
_CHUNK = ("ChunkLoadError", "Loading a chunk failed.")
_HYDRATION = ("Error", "Hydration failed.")
_INVALIDATED = ("Error", "Extension context invalidated.")
_RECEIVER = ("Error", "Could not establish connection. Receiving end does not exist.")
_PORT = ("Error", "The message port closed before a response was received.")
_SCRIPT = ("Error", "Script error.")

DIALECTS = (
    # Chakra does not tell undefined from null: it was mostly undefined.
    # SpiderMonkey does not tell reading from setting: it was mostly reading.
    ("Cannot read property 'NAME' of NIL", _READ),
    ("Cannot set property 'NAME' of NIL", _SET),
    ("Unable to get property 'NAME' of undefined or null reference", _READ),
    ("Unable to set property 'NAME' of undefined or null reference", _SET),
    ("can't access property 'NAME', * is NIL", _READ),
    ("can't access property NAME, * is NIL", _READ),
    ("can't access property 'NAME' of NIL", _READ),
    ("NIL is not an object (evaluating 'EXPR = *')", _SET),
    ("NIL is not an object (evaluating 'EXPR')", _READ),
    ("NIL is not a function (evaluating 'EXPR')", _CALL),
    ("'NIL' is not a function (evaluating 'EXPR')", _CALL),
    ("NIL is not a function (near '...EXPR...')", _CALL),
    ("EXPR is not a function. (In '*", _CALL),
    ("EXPR is not a function (it is *)", _CALL),
    ("EXPR is not a function", _CALL),
    ("Object doesn't support property or method 'WORD'", _CALL),
    ("Object * has no method 'WORD'", _CALL),
    ("NIL is not a constructor (evaluating 'new EXPR')", _NEW),
    ("EXPR is not a constructor. (In '*", _NEW),
    ("EXPR is not a constructor (evaluating '*", _NEW),
    ("EXPR is not a constructor", _NEW),
    ("EXPR is not iterable (cannot read property *)", _ITERATE),
    ("EXPR is not iterable", _ITERATE),
    ("Can't find variable: NAME", _UNKNOWN),
    ("Property 'WORD' doesn't exist", _UNKNOWN),
    ("'WORD' is undefined", _UNKNOWN),
    ("'WORD' is not defined", _UNKNOWN),
    ("can't access lexical declaration 'NAME' before initialization", _EARLY),
    # V8 does not name the constant. JavaScriptCore says the same of a read-only property.
    ("invalid assignment to const 'NAME'", _CONSTANT),
    ("Assignment to const", _CONSTANT),
    ("Assignment to constant variable", _CONSTANT),
    ("Attempted to assign to readonly property", _CONSTANT),
    ("Cannot assign to read only property 'NAME' of *", _READ_ONLY),
    ("'NAME' is read-only", _READ_ONLY),
    ("Cannot set property NAME of * which has only a getter", _GETTER),
    ("setting getter-only property 'NAME'", _GETTER),
    ("can't define property 'NAME': * is not extensible", _CLOSED),
    ("Cannot delete property 'NAME' of *", _DELETE),
    ("property 'NAME' is non-configurable and can't be deleted", _DELETE),
    ("can't redefine non-configurable property 'NAME'", _REDEFINE),
    # What the property was looked for in is the value of that day.
    ("Cannot use 'in' operator to search for 'NAME' in *", _IN),
    ("cannot use 'in' operator to search for 'NAME' in *", _IN),
    ("can't convert NIL to object", _OBJECT),
    ("Converting circular structure to JSON*", _CYCLE),
    ("cyclic object value", _CYCLE),
    ("JSON.stringify cannot serialize cyclic structures", _CYCLE),
    ("Circular reference in value argument not supported", _CYCLE),
    ("BigInt value can't be serialized in JSON", _BIGINT),
    ("JSON.stringify cannot serialize BigInt", _BIGINT),
    ("reduce of empty array with no initial value", _REDUCE),
    ("Failed to construct 'URL': Invalid URL", _URL),
    ("URL constructor: * is not a valid URL", _URL),
    # No engine but JavaScriptCore says why the network failed, and it is another reason each time.
    ("Failed to fetch (*)", _FETCH),
    ("NetworkError when attempting to fetch resource", _FETCH),
    ("Load failed", _FETCH),
    ("Load failed (*)", _FETCH),
    ("Network request failed", _FETCH),
    ("fetch failed", _FETCH),
    ("The network connection was lost", _FETCH),
    ("The Internet connection appears to be offline", _FETCH),
    ("Maximum call stack size exceeded*", _STACK),
    ("too much recursion", _STACK),
    ("Out of stack space", _STACK),
    ("invalid array length", _LENGTH),
    ("Array length must be a finite positive integer", _LENGTH),
    ("Array size is not a small enough positive integer", _LENGTH),
    ("invalid date", _TIME),
    ("Invalid Date", _TIME),
    ("malformed URI sequence", _URI),
    ("URI error", _URI),
    ("The URI to be decoded is not a valid encoding", _URI),
    ("expected expression, got 'NAME'", _TOKEN),
    # Which token was no JSON, and where, is what the server sent that day; SpiderMonkey tells neither.
    ("Unexpected end of JSON input", _JSON_END),
    ("JSON Parse error: Unexpected EOF", _JSON_END),
    ("JSON Parse error: Unexpected end of input", _JSON_END),
    ("JSON.parse: unexpected end of data*", _JSON_END),
    ("JSON.parse: end of data *", _JSON_END),
    ("Unexpected non-whitespace character after JSON*", _JSON_AFTER),
    ("JSON.parse: unexpected non-whitespace character after JSON data*", _JSON_AFTER),
    ("JSON Parse error: Unable to parse JSON string", _JSON_AFTER),
    ("Bad control character in string literal in JSON*", _JSON_CONTROL),
    ("JSON.parse: bad control character in string literal*", _JSON_CONTROL),
    ("Unterminated string in JSON*", _JSON_STRING),
    ("JSON.parse: unterminated string*", _JSON_STRING),
    ("JSON Parse error: Unterminated string*", _JSON_STRING),
    ("Unexpected token * in JSON*", _JSON),
    ("Unexpected token * is not valid JSON", _JSON),
    ("'*' is not valid JSON", _JSON),
    ("Unexpected * in JSON at position *", _JSON),
    ("Expected * in JSON at position *", _JSON),
    ("JSON.parse: *", _JSON),
    ("JSON Parse error: *", _JSON),
    ("Unexpected token NAME", _TOKEN),
    # Only V8 names the key, and it may be made of a user's.
    ("Failed to execute 'setItem' on 'Storage': * exceeded the quota", _QUOTA),
    ("The quota has been exceeded", _QUOTA),
    ("Persistent storage maximum size reached", _QUOTA),
    ("The user aborted a request", _ABORT),
    ("signal is aborted without reason", _ABORT),
    ("The operation was aborted", _ABORT),
    ("This operation was aborted", _ABORT),
    ("Fetch is aborted", _ABORT),
    ("ResizeObserver loop limit exceeded", _RESIZE),
    ("ResizeObserver loop completed with undelivered notifications", _RESIZE),
    # Not dialects but one cause each: a file of another build, a page unlike the server's, a new extension.
    ("Loading chunk * failed*", _CHUNK),
    ("Loading CSS chunk * failed*", _CHUNK),
    ("Failed to load chunk *", _CHUNK),
    ("Failed to fetch dynamically imported module*", _CHUNK),
    ("error loading dynamically imported module*", _CHUNK),
    ("Importing a module script failed*", _CHUNK),
    ("Unable to preload CSS for *", _CHUNK),
    ("Failed to load module script: *", _CHUNK),
    ("Loading module from * was blocked because of a disallowed MIME type*", _CHUNK),
    ("'text/html' is not a valid JavaScript MIME type", _CHUNK),
    ("Hydration failed*", _HYDRATION),
    ("Hydration completed but contains mismatches", _HYDRATION),
    ("Hydration * mismatch*", _HYDRATION),
    ("Text content does not match server-rendered HTML*", _HYDRATION),
    ("Text content did not match. Server: *", _HYDRATION),
    ("Prop * did not match. Server: *", _HYDRATION),
    ("There was an error while hydrating*", _HYDRATION),
    ("The server could not finish this Suspense boundary*", _HYDRATION),
    ("A tree hydrated but some attributes of the server rendered HTML didn't match*", _HYDRATION),
    ("Expected server HTML to contain *", _HYDRATION),
    ("Did not expect server HTML to contain *", _HYDRATION),
    ("Minified React error #MISMATCH*", _HYDRATION),
    ("Extension context invalidated*", _INVALIDATED),
    ("Could not establish connection. Receiving end does not exist*", _RECEIVER),
    ("The message port closed before a response was received*", _PORT),
    ("A listener indicated an asynchronous response by returning true, but *", _PORT),
    ("Script error", _SCRIPT),
    ("Script error. (*", _SCRIPT),
)
"""A dialect and what it becomes, the first that fits wins. NAME is a word, 'WORD' an identifier in quotes,
'NAME' any text in quotes, NIL undefined or null, EXPR the source that failed, `*` anything. A full stop at
the end never counts."""

_WORDS = {
    "'NAME'": r"['\"`](?P<name>[^'\"`]{1,200})(?<!\s)['\"`]",
    "'WORD'": r"['\"`](?P<name>[\w$#-]{1,200})['\"`]",
    "NAME": r"(?P<name>[^\s'\"`,]{1,200})",
    "NIL": r"(?P<nil>undefined|null)",
    "EXPR": r"(?P<expr>.{1,500}?)",
    "MISMATCH": r"(?:418|419|422|423|425)(?!\d)",
    "'*'": r"['\"].{0,1000}['\"]",
    "*": r".{0,1000}?",
}
_PIECES = re.compile(r"('NAME'|'WORD'|'\*'|\bNAME\b|\bNIL\b|\bEXPR\b|\bMISMATCH\b|\*)")
_LEADS = re.compile(
    r"Uncaught (?:\(in promise\):? ?)?|Unhandled (?:Promise )?Rejection: |Unchecked runtime\.lastError: "
    r"|Warning: (?=Text content|Prop |Expected server|Did not expect server)"
    r"|(?P<type>\w{0,60}(?:Error|Exception)): "
)
_MEMBER = re.compile(r"(?:^|\.)([\w$#]+)$|\[['\"]([\w$ -]+)['\"]\]$|\[(\d+)\]$")
_CALLED = re.compile(r"(?:new )?(?:[\w$#]{1,100}\??\.){0,20}([\w$#]{1,100})\(")
_COMMA = re.compile(r"\(0 ?, ?(.+)\)")


class Dialect(NamedTuple):
    """How one engine says it."""

    start: str
    """Its first letters, none when it starts with something of the program's."""
    cue: str
    """The longest text that no message of it lacks."""
    pattern: re.Pattern[str]
    type: str
    written: str


def _dialect(spoken: str, canonical: tuple[str, str]) -> Dialect:
    pieces = [piece for piece in _PIECES.split(spoken.removesuffix("*")) if piece]
    end = "" if spoken.endswith("*") else r"\.?$"
    pattern = "".join(_WORDS.get(piece) or re.escape(piece) for piece in pieces) + end
    start = "" if pieces[0] in _WORDS or len(pieces[0]) < _START else pieces[0][:_START]
    cue = max((piece for piece in pieces if piece not in _WORDS), key=len)
    return Dialect(start, cue, re.compile(pattern, re.DOTALL), *canonical)


_START = 4
_SPOKEN = tuple(_dialect(*row) for row in DIALECTS)
_BY_TYPE = {canonical[0]: canonical for canonical in (_CHUNK, _QUOTA, _ABORT)}
_BY_START = {
    start: tuple(dialect for dialect in _SPOKEN if dialect.start in ("", start))
    for start in {dialect.start for dialect in _SPOKEN}
}


def _member(source: str) -> str | None:
    """The name that was wanted: the last member of an expression, None when it stands in no source."""
    if comma := _COMMA.fullmatch(source):
        source = comma[1]
    if source.endswith(")"):
        called = _CALLED.match(source)
        return called[1] if called else None
    found = _MEMBER.search(source)
    return found[found.lastindex or 0] if found else None


def _canonical(dialect: Dialect, text: str) -> tuple[str, str] | None:
    found = dialect.pattern.match(text)
    if not found:
        return None
    words = {"nil": "undefined", **found.groupdict()}
    if "expr" in words:
        words["name"] = _member(words["expr"])
    if words.get("name", "") is None:
        return None
    return dialect.type, dialect.written.format(**words)


def _bare(error_type: str, message: str) -> tuple[str, str]:
    """Type and message without what a console or a wrapper put before them."""
    kind, text = error_type.removeprefix("Uncaught ").strip(), message.strip()
    for _ in range(4):
        lead = _LEADS.match(text)
        if not lead or (lead["type"] and kind not in ("", "Error", lead["type"])):
            break
        kind, text = lead["type"] or kind, text[lead.end() :]
    return kind, text


RUBY = {
    "3.4 quotes with two marks alike": (re.compile(r"`([^`']{1,200})'"), r"'\1'"),
    "3.4 names the value, not its class": (re.compile(r"\bnil:NilClass\b"), "nil"),
    "3.4 says first what is a module": (re.compile(r"\bfor ([A-Z][\w:]{0,100}):Module\b"), r"for module \1"),
    "3.4 says first what is a class": (re.compile(r"\bfor ([A-Z][\w:]{0,100}):Class\b"), r"for class \1"),
    "3.4 leaves out the object": (
        re.compile(r"#<([A-Z][\w:]{0,100})(?::0x[0-9a-f]+)?[^<>]{0,200}>"),
        r"an instance of \1",
    ),
}
"""What earlier releases of Ruby say, as Ruby 3.4 says it."""


def _as_ruby(message: str) -> str:
    for pattern, written in RUBY.values():
        message = pattern.sub(written, message)
    return message


def fold(error_type: str, message: str, language: str = "javascript") -> tuple[str, str]:
    """Type and message as the canonical dialect has them; what is in no dialect is answered as it is."""
    if language == "ruby":
        return error_type, _as_ruby(message)
    if language not in ("javascript", "unknown"):
        return error_type, message
    kind, text = _bare(error_type, message)
    if kind in _BY_TYPE:
        return _BY_TYPE[kind]
    if kind in SPEAKERS:
        spoken = text[:MAX_SPOKEN]
        for dialect in _BY_START.get(spoken[:_START], _BY_START[""]):
            if dialect.cue in spoken and (canonical := _canonical(dialect, spoken)):
                return canonical
    return kind, text
