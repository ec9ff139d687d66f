# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Answers, their limits, and what becomes of statements that wait."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from nephoscope.model.errors import BadRequest, Conflict, NotFound, QueryFailed
from nephoscope.query.sql.statements import Statements
from nephoscope.store.contract import ANSWER_ROWS_MAX
from nephoscope.store.engines.settings import EngineSettings
from tests.query.sql.told import BLUE, Told, known_already
from tests.store.opened import Engine


def test_texts_come_through_unchanged(blue_and_green_anywhere: Told) -> None:
    texts = (
        "it's",
        "a\\b",
        "100 %",
        "%s %(x)s {x:Int8}",
        "-- no comment",
        "/* nor */ this",
        "tab\there",
        "ü 😀",
        "with_a",
    )
    for text in texts:
        quoted = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
        assert text == blue_and_green_anywhere.value(f"SELECT {quoted} AS text")


def test_rows_are_bounded_and_the_answer_says_so(blue_and_green: Told) -> None:
    found = blue_and_green.ask("SELECT arrayJoin(range(1000000)) AS n")
    assert [[n] for n in range(ANSWER_ROWS_MAX)] == found.rows
    assert not found.complete
    exactly = blue_and_green.ask(f"SELECT arrayJoin(range({ANSWER_ROWS_MAX})) AS n")
    assert ANSWER_ROWS_MAX == len(exactly.rows)
    assert exactly.complete


def test_an_answer_too_large_is_refused_with_what_it_is(blue_and_green: Told) -> None:
    for value, told in (("repeat('x', 1000 + n % 2)", "Limit for result exceeded"), ("repeat('x', 2000)", "is larger")):
        with pytest.raises(QueryFailed, match=told) as caught:
            blue_and_green.ask(f"SELECT {value} FROM (SELECT arrayJoin(range(100000)) AS n)")
        assert "limit" == caught.value.cause


def test_messages_show_nothing_of_the_rewriting(blue_and_green: Told) -> None:
    for text in (
        "SELECT nothing FROM measures",
        "SELECT m.nothing FROM measures AS m",
        "WITH a AS (SELECT name FROM metrics) SELECT nothing FROM a",
        "SELECT name + 1 FROM measures",
        "SELECT name, count() FROM measures",
        "SELECT toDate(name) FROM measures",
    ):
        with pytest.raises(BadRequest) as caught:
            blue_and_green.ask(text)
        for inner in (
            "nephoscope_",
            "with_a",
            "FINAL",
            "rows.",
            "DB::Exception",
            "scope",
            blue_and_green.store.database,
        ):
            assert inner not in caught.value.message, caught.value.message


def test_measures_that_came_twice_count_once(blue_and_green: Told) -> None:
    store = blue_and_green.store
    store.execute("INSERT INTO rewrites VALUES (0, 9223372036854775807)")
    store.execute("INSERT INTO measures SELECT metric, time, value + 100 FROM measures WHERE metric = 0")
    assert 20 == blue_and_green.value("SELECT count() FROM measures")
    assert 102.0 == blue_and_green.value(
        "SELECT avg(value) FROM measures WHERE name = 'cpu.util' AND resource = 'web0'"
    )


def test_names_are_brought_up_to_date_before_each_statement(blue_and_green: Told) -> None:
    asked = []
    statements = Statements(blue_and_green.store, lambda: asked.append(True))
    statements.run("SELECT 1", BLUE, "ann")
    statements.run("SELECT 1", BLUE, "ann")
    assert [True, True] == asked


def test_a_statement_that_waits_for_its_turn_is_cancelled_before_it(embedded_dsn: str, blue_and_green: Told) -> None:
    engine = Engine(embedded_dsn, blue_and_green.store.database)
    long = (
        "SELECT count() FROM (SELECT arrayJoin(range(1000000)) AS a) AS x, "
        "(SELECT arrayJoin(range(1000000)) AS b) AS y WHERE (x.a * y.b) % 7 = 3"
    )
    with engine.store(EngineSettings(guests_max=1)) as single, ThreadPoolExecutor(2) as threads:
        statements = Statements(single, known_already)
        first, second = uuid4(), uuid4()
        busy = threads.submit(statements.run, long, BLUE, "ann", first)
        wait_for(statements, first, "running")
        waiting = threads.submit(statements.run, "SELECT 1", BLUE, "ann", second)
        wait_for(statements, second, "waiting")
        canceller = threading.Thread(target=statements.cancel, args=("ann", second))
        canceller.start()
        statements.cancel("ann", first)
        canceller.join()
        for each in (busy, waiting):
            with pytest.raises(QueryFailed) as caught:
                each.result(20)
            assert "cancelled" == caught.value.cause
        assert [[1]] == statements.run("SELECT 1", BLUE, "ann", second).rows


def wait_for(statements: Statements, id_: UUID, state: str) -> None:
    give_up = time.monotonic() + 20
    while True:
        assert time.monotonic() < give_up
        try:
            if state == statements.state("ann", id_).state:
                return
        except NotFound:
            pass
        time.sleep(0.01)


def test_an_id_is_used_once_at_a_time_and_known_to_its_caller_only(blue_and_green: Told) -> None:
    id_ = uuid4()
    inside: list[str] = []

    def ask_again() -> None:
        with pytest.raises(Conflict):
            statements.run("SELECT 1", BLUE, "ann", id_)
        with pytest.raises(NotFound):
            statements.state("eve", id_)
        with pytest.raises(NotFound):
            statements.cancel("eve", id_)
        inside.append(statements.state("ann", id_).state)

    statements = Statements(blue_and_green.store, ask_again)
    assert [[1]] == statements.run("SELECT 1", BLUE, "ann", id_).rows
    assert ["waiting"] == inside
