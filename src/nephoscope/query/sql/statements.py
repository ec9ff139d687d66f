# SPDX-License-Identifier: Apache-2.0
"""SQL of users: run, watched and cancelled, for each caller within its reach and the engine's limits."""

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import msgspec

from nephoscope.model.errors import Conflict, NotFound, QueryFailed
from nephoscope.query.sql.narrow import PREFIX, Narrower, Reach
from nephoscope.query.sql.parse import place_of
from nephoscope.query.sql.views import VIEWS
from nephoscope.store.contract import ANSWER_ROWS_MAX, Progress, Store

CANCEL_WITHIN_S = 5.0
CANCEL_EVERY_S = 0.05
SHOW = re.compile(r"\s*SHOW\s+TABLES\s*;?\s*", re.IGNORECASE)
DESCRIBE = re.compile(r"\s*DESC(?:RIBE)?\s+(?:TABLE\s+)?[\"`]?(\w+)[\"`]?\s*;?\s*", re.IGNORECASE)
# The engine's own framing of its messages, and where it goes on to show the statement as it was rewritten.
FRAME = re.compile(r"Code: \d+\. DB::Exception: |\s*\([A-Z_]+\)(?=[\s.]*(?:\(|$))|\(version [^)]*\)")
REWRITTEN = re.compile(
    r"[.:,]?\s*(?:In scope|In query|Actual|While (?:processing|executing)|: while executing)\b.*", re.IGNORECASE
)
UNKNOWN = re.compile(r"identifier [`'\"]([^`'\"]+)[`'\"]", re.IGNORECASE)


class ResultColumn(msgspec.Struct, frozen=True):
    """A column of an answer; `type` as the engine calls it."""

    name: str
    type: str


class Answer(msgspec.Struct, frozen=True):
    """
    Rows by column; not `complete` when there are more than the limit.

    Times are ISO texts in UTC, decimals texts, numbers that JSON does not know (NaN, infinities) null.
    """

    columns: list[ResultColumn]
    rows: list[list[Any]]
    complete: bool
    seconds: float
    rows_read: int
    bytes_read: int


class State(msgspec.Struct, frozen=True):
    """How far a statement is: `waiting` for its turn, or `running`."""

    state: str
    rows_read: int = 0
    rows_total: int = 0
    bytes_read: int = 0
    seconds: float = 0.0


class _Statistics(msgspec.Struct):
    elapsed: float = 0.0
    rows_read: int = 0
    bytes_read: int = 0


class _Body(msgspec.Struct):
    """The engine's JSONCompact."""

    meta: list[ResultColumn]
    data: list[list[Any]]
    statistics: _Statistics = msgspec.field(default_factory=_Statistics)


class _Running:
    """A statement of this process, from its arrival to its end."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.cancelled = threading.Event()
        self.ended = threading.Event()

    def check(self) -> None:
        """QueryFailed once it was cancelled."""
        if self.cancelled.is_set():
            raise QueryFailed("the statement was cancelled", cause="cancelled")


class Statements:
    """
    Runs statements over the views.

    `refresh` brings the engine's names of metrics and resources up to date; it is asked before each statement.
    A statement is known by its caller and an id that the caller chose: nobody else can watch or cancel it.
    """

    def __init__(self, store: Store, refresh: Callable[[], None]) -> None:
        self._store = store
        self._refresh = refresh
        self._lock = threading.Lock()
        self._running: dict[str, _Running] = {}

    def run(self, text: str, reach: Reach, caller: str, id_: UUID | None = None) -> Answer:
        """
        The rows of one SELECT, SHOW TABLES or DESCRIBE.

        Errors  BadRequest for what is not allowed; QueryFailed for what the engine refuses, with the cause `cancelled`
                or `limit`; Conflict when a statement of that id is at work; StoreUnavailable, IndexUnavailable.
        """
        if (told := _told(text)) is not None:
            return told
        with self._at_work(_tag(caller, id_ or uuid4())) as (tag, running):
            self._refresh()
            statement = Narrower(self._store.database, reach, self._is_written_twice()).statement(text)
            try:
                body = self._store.ask(statement.sql, statement.parameters, tag, running.check)
            except QueryFailed as error:
                running.check()
                raise QueryFailed(_readable(error.message, text), cause=error.cause) from None
            found = msgspec.json.decode(body, type=_Body)
        rows, statistics = found.data[:ANSWER_ROWS_MAX], found.statistics
        complete = len(found.data) <= ANSWER_ROWS_MAX
        return Answer(found.meta, rows, complete, statistics.elapsed, statistics.rows_read, statistics.bytes_read)

    def state(self, caller: str, id_: UUID) -> State:
        """How far a statement is; NotFound when none of the caller's has this id, or no more."""
        tag = _tag(caller, id_)
        running = self._running.get(tag)
        progress = self._store.progress(tag)
        if progress is not None:
            return _running_state(progress)
        if running is None:
            raise NotFound(f"no statement {id_} is at work")
        return State("waiting", seconds=time.monotonic() - running.began)

    def cancel(self, caller: str, id_: UUID) -> None:
        """Stop a statement and wait for its end, some seconds at most; NotFound as `state`."""
        tag = _tag(caller, id_)
        running = self._running.get(tag)
        if running is None:
            # It may be at work for another node.
            if not self._store.cancel(tag):
                raise NotFound(f"no statement {id_} is at work")
            return
        running.cancelled.set()
        give_up = time.monotonic() + CANCEL_WITHIN_S
        # Between its turn's beginning and the engine's knowing of it there is nothing to stop yet.
        while not running.ended.is_set() and time.monotonic() < give_up:
            self._store.cancel(tag)
            running.ended.wait(CANCEL_EVERY_S)

    @contextmanager
    def _at_work(self, tag: str) -> Iterator[tuple[str, _Running]]:
        running = _Running()
        with self._lock:
            if tag in self._running:
                raise Conflict("a statement of this id is at work; choose another id")
            self._running[tag] = running
        try:
            yield tag, running
        finally:
            with self._lock:
                del self._running[tag]
            running.ended.set()

    def _is_written_twice(self) -> bool:
        """Whether the engine may hold two measures of one metric and time somewhere."""
        return bool(self._store.query("SELECT count() AS marks FROM rewrites")["marks"][0].as_py())


def _tag(caller: str, id_: UUID) -> str:
    return f"nephoscope sql {hashlib.sha256(caller.encode()).hexdigest()[:16]}:{id_}"


def _running_state(progress: Progress) -> State:
    return State("running", progress.rows_read, progress.rows_total, progress.bytes_read, progress.seconds)


def _told(text: str) -> Answer | None:
    """The answer to SHOW TABLES and DESCRIBE, which need no engine."""
    if SHOW.fullmatch(text):
        return _table({"name": [view.name for view in VIEWS.values()], "meaning": [v.meaning for v in VIEWS.values()]})
    described = DESCRIBE.fullmatch(text)
    if described is None or described[1] not in VIEWS:
        return None
    columns = VIEWS[described[1]].columns
    shown = {
        "name": [c.name for c in columns],
        "type": [c.type for c in columns],
        "meaning": [c.meaning for c in columns],
    }
    return _table(shown)


def _table(columns: dict[str, list[str]]) -> Answer:
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    return Answer([ResultColumn(name, "String") for name in columns], rows, True, 0.0, 0, 0)


def _readable(message: str, text: str) -> str:
    """The engine's message without its framing and our rewriting, with the place of a name that it does not know."""
    said = REWRITTEN.sub("", FRAME.sub("", message)).replace(PREFIX, "").strip(" .:,")
    unknown = UNKNOWN.search(said)
    if unknown and (at := re.search(rf"(?<![\w.]){re.escape(unknown[1])}(?!\w)", text)):
        said += place_of(text, at.start())
    return said or "the engine refuses the statement"
