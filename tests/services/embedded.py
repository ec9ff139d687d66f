# SPDX-License-Identifier: Apache-2.0
"""The embedded engine as a server would use it: a fresh session for each request, so many side by side."""

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

import chdb

NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
CODE = re.compile(r"Code: (\d+)\.")
FIRST_WORD = re.compile(rb"(?:\s+|--[^\n]*\n|/\*.*?\*/)*([A-Za-z]+|\()", re.DOTALL)
TRAILING_FORMAT = re.compile(rb"\bFORMAT\s+(\w+)\s*(?:SETTINGS\b[^\n]*)?[\s;]*\Z", re.IGNORECASE)
INSERT_WITH_DATA = re.compile(
    rb"\A\s*(INSERT\s+INTO\s+(?:TABLE\s+)?(?:`[^`]*`|\"[^\"]*\"|[\w.])+\s*(?:\([^)]*\))?"
    rb"\s*(?:SETTINGS\s[^\n]*?)?)\s*\bFORMAT\s+(\w+)[ \t]*(?:\r?\n|;|\Z)",
    re.IGNORECASE,
)
RESULT_VERBS = {b"SELECT", b"WITH", b"SHOW", b"DESCRIBE", b"DESC", b"EXISTS", b"EXPLAIN", b"CHECK", b"FROM", b"("}
# Chunks of these formats are whole in themselves, so they can be sent as they come.
STREAMED_VERBS = {b"SELECT", b"WITH", b"FROM", b"("}
STREAMED_FORMATS = {"Native", "RowBinary", "TabSeparated", "TSV", "CSV", "JSONEachRow"}
READS_AT_ONCE = 16
WRITES_AT_ONCE = 8
SESSIONS = 1000
# A server's operator allows backups to some folder; here any will do.
CONFIG = (
    "<clickhouse><backups><allowed_path>/</allowed_path></backups><logger><level>none</level></logger></clickhouse>"
)


class EngineError(Exception):
    """A problem with the engine's own code and text (`Code: 60. DB::Exception: …`)."""

    def __init__(self, text: str, code: int | None = None) -> None:
        start = text.find("Code: ")
        found = CODE.search(text)
        self.code = code if code is not None else int(found[1]) if found else 1000
        plain = f"Code: {self.code}. DB::Exception: {text}"
        super().__init__(text[start:].strip() if start >= 0 else plain)


@dataclass(frozen=True)
class Request:
    """One statement with everything that came along; `sql` may hold an INSERT's data after its FORMAT line."""

    sql: bytes
    database: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    session_id: str = ""
    default_format: str = "TabSeparated"
    whole: bool = False


@dataclass
class Answer:
    """Chunks of the body, the name of their format ('' when there is no result); statistics unless streamed."""

    chunks: Generator[bytes, None, None]
    format: str = ""
    summary: dict[str, str] = field(default_factory=dict)


class Engine:
    """
    The engine on one path.

    Reads and writes have bounds of their own, so reads never queue behind inserts. A session remembers the
    SET and USE statements given in it and repeats them for each request; it takes one request at a time, and
    temporary tables are refused, since the next request would not find them.
    """

    def __init__(self, path: str) -> None:
        config = Path(f"{path}.engine.xml")
        config.write_text(CONFIG)
        self._path = f"{path}?config-file={config}"
        # One session stays open for as long as we live: the engine ends with its last one.
        self._anchor = chdb.connect(self._path)
        self._reads, self._writes = BoundedSemaphore(READS_AT_ONCE), BoundedSemaphore(WRITES_AT_ONCE)
        self._sessions: dict[str, list[bytes]] = {}
        self._busy: set[str] = set()
        self._lock = Lock()
        about = self._anchor.query("SELECT version(), timezone() FORMAT TabSeparated", "TabSeparated").bytes()
        self.version, self.timezone = about.decode().strip().split("\t")

    def close(self) -> None:
        """End the engine; what it acknowledged is on disk."""
        self._anchor.close()

    @contextmanager
    def answering(self, request: Request) -> Iterator[Answer]:
        """Run a statement; its slot and its embedded session are free again when the block ends. EngineError."""
        insert = INSERT_WITH_DATA.match(request.sql)
        verb = first_word(request.sql)
        with (
            self._reads if verb in RESULT_VERBS else self._writes,
            self._session(request.session_id) as before,
            self._handle(request, before) as handle,
        ):
            try:
                answer = _insert(handle, insert, request) if insert else _query(handle, request, verb)
                # A stream must end before its embedded session does, also when nobody reads it to its end.
                with closing(answer.chunks):
                    yield answer
            except RuntimeError as problem:
                raise EngineError(str(problem)) from problem
            if request.session_id and verb in {b"SET", b"USE"}:
                before.append(request.sql)

    @contextmanager
    def _session(self, session_id: str) -> Iterator[list[bytes]]:
        if not session_id:
            yield []
            return
        with self._lock:
            if session_id in self._busy:
                raise EngineError(f"Session {session_id} is locked by a concurrent client. (SESSION_IS_LOCKED)", 373)
            self._busy.add(session_id)
            statements = self._sessions.pop(session_id, [])
            self._sessions[session_id] = statements
            for idle in [name for name in self._sessions if name not in self._busy][: len(self._sessions) - SESSIONS]:
                del self._sessions[idle]
        try:
            yield statements
        finally:
            with self._lock:
                self._busy.discard(session_id)

    @contextmanager
    def _handle(self, request: Request, before: list[bytes]) -> Iterator[Any]:
        handle: Any = chdb.connect(self._path)
        try:
            try:
                if request.database:
                    handle.query(f"USE `{request.database.replace('`', '')}`", "Null")
                for statement in before:
                    handle.query(statement, "Null")
                if request.settings:
                    handle.query(_set_statement(request.settings), "Null")
            except RuntimeError as problem:
                raise EngineError(str(problem)) from problem
            yield handle
        finally:
            handle.close()


def first_word(sql: bytes) -> bytes:
    """The statement's first word in capitals, or an opening bracket, behind blanks and comments."""
    found = FIRST_WORD.match(sql)
    return found[1].upper() if found else b""


def _set_statement(settings: Mapping[str, str]) -> str:
    for name in settings:
        if not NAME.match(name):
            raise EngineError(
                f"Setting {name} is neither a builtin setting nor started with a prefix. (UNKNOWN_SETTING)", 115
            )
    return "SET " + ", ".join(f"{name} = {_quoted(value)}" for name, value in settings.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _insert(handle: Any, insert: re.Match[bytes], request: Request) -> Answer:
    with handle.send_insert(insert[1].decode(), insert[2].decode()) as rows:
        rows.append(request.sql[insert.end() :])
        done = rows.finish()
    return Answer(_chained(b""), summary=_summary(done.elapsed, written=(done.rows_written, done.bytes_written)))


def _query(handle: Any, request: Request, verb: bytes) -> Answer:
    if re.match(rb"CREATE\s+(OR\s+REPLACE\s+)?TEMPORARY", request.sql.lstrip(), re.IGNORECASE):
        raise EngineError("Temporary tables do not outlive a request here. (NOT_IMPLEMENTED)", 48)
    found = TRAILING_FORMAT.search(request.sql)
    form = found[1].decode() if found else request.default_format
    if verb not in STREAMED_VERBS or request.whole or form not in STREAMED_FORMATS:
        result = handle.query(request.sql, form, params=dict(request.parameters))
        body = result.bytes() or b""
        shown = form if body or verb in RESULT_VERBS else ""
        return Answer(_chained(body), shown, _summary(result.elapsed(), read=(result.rows_read(), result.bytes_read())))
    chunks = _streamed(handle.send_query(request.sql, form, params=dict(request.parameters)))
    # The first chunk is awaited before anything is answered, so most problems still get a status of their own.
    first = next(chunks, b"")
    return Answer(_chained(first, chunks), form)


def _streamed(result: Any) -> Generator[bytes, None, None]:
    with result:
        for chunk in result:
            yield chunk.bytes()


def _chained(first: bytes, rest: Generator[bytes, None, None] | None = None) -> Generator[bytes, None, None]:
    try:
        yield first
        if rest is not None:
            yield from rest
    finally:
        if rest is not None:
            rest.close()


def _summary(elapsed_s: float, *, read: tuple[int, int] = (0, 0), written: tuple[int, int] = (0, 0)) -> dict[str, str]:
    numbers = {
        "read_rows": read[0],
        "read_bytes": read[1],
        "written_rows": written[0],
        "written_bytes": written[1],
        "result_rows": written[0],
        "elapsed_ns": int(elapsed_s * 1_000_000_000),
    }
    return {name: str(number) for name, number in numbers.items()}
