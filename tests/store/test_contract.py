# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What every engine promises, asked of each: the embedded one and one behind HTTP."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from nephoscope.model.errors import BadRequest, NephoscopeError, QueryFailed, StoreUnavailable
from nephoscope.store import schema
from nephoscope.store.contract import ANSWER_ROWS_MAX, Store
from nephoscope.store.engines import open_store
from nephoscope.store.engines.settings import EngineSettings
from tests.services.clickhouse import ClickHouse
from tests.store.opened import Engine

ENDLESS = (
    "SELECT count() AS endless FROM numbers(1000000) AS a, numbers(1000000) AS b WHERE (a.number * b.number) % 7 = 3"
)
TAG = "tests of the store:1"
# About a second, a third of it per row, so that it can be stopped between rows.
SLOW = "SELECT count(sleepEachRow(0.3)) AS rows FROM numbers(3) SETTINGS max_block_size = 1"

WRONG = {
    "SELEC 1": "Syntax error",
    "SELECT nonsense": "nonsense",
    "SELECT * FROM nowhere": "nowhere",
    "SELECT 1 + 'a'": "String",
    "SELECT throwIf(number = 3, 'told so') FROM numbers(5)": "told so",
}
OUT_OF_BOUNDS = (
    "INSERT INTO measures VALUES (1, 1, 1)",
    "DROP TABLE measures",
    "ALTER TABLE measures DELETE WHERE 1",
    "CREATE TABLE mine (a UInt8) ENGINE = Memory",
    "SYSTEM FLUSH LOGS",
    "SET readonly = 0",
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS max_execution_time = 1000",
    "SELECT * FROM file('/etc/hostname', 'LineAsString')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
)


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    """Our schema in the database of `engine`, which tests open once more with other bounds."""
    with engine.store() as opened:
        schema.upgrade(opened, schema.Layout())
        yield opened


def rows(*points: tuple[int, int, float]) -> pa.Table:
    metric, time, value = zip(*points, strict=True)
    columns = {"metric": pa.array(metric, pa.uint32()), "time": pa.array(time, pa.int64()), "value": pa.array(value)}
    return pa.table(columns)


def measures(store: Store) -> list[tuple[int, int, float]]:
    found = store.query("SELECT metric, time, value FROM measures ORDER BY metric, time, value")
    return [(row["metric"], row["time"], row["value"]) for row in found.to_pylist()]


def answer(store: Store, sql: str, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """The decoded answer to a statement from outside."""
    found: dict[str, Any] = msgspec.json.decode(store.ask(sql, parameters, TAG))
    return found


def wait_until(done: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not done():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def repeat_until(done: Callable[[], bool], work: Callable[[], object]) -> None:
    while not done():
        work()


def test_what_was_inserted_is_read_back(store: Store) -> None:
    store.insert("measures", rows((7, 10, 1.5), (7, 20, float("inf")), (8, 2**62, -0.25)))
    assert [(7, 10, 1.5), (7, 20, float("inf")), (8, 2**62, -0.25)] == measures(store)


def test_an_empty_table_may_be_inserted_and_an_empty_answer_keeps_its_columns(store: Store) -> None:
    store.insert("measures", rows((1, 1, 1.0)).slice(0, 0))
    found = store.query("SELECT metric, time FROM measures")
    assert ["metric", "time"] == found.column_names
    assert 0 == len(found)


def test_parameters_fill_their_places_whatever_they_hold(store: Store) -> None:
    text = "it's \\ 100 % {x:Int8}\n\t'); DROP TABLE measures --"
    found = store.query(
        "SELECT {text:String} AS text, {many:Array(Int64)} AS many, {none:Array(UInt32)} AS none",
        {"text": text, "many": [-1, 2**62], "none": []},
    )
    assert [{"text": text, "many": [-1, 2**62], "none": []}] == found.to_pylist()


def test_percent_signs_need_no_care(store: Store) -> None:
    assert ["50 % of %s"] == store.query("SELECT '50 % of %s' AS text")["text"].to_pylist()


def test_parameters_may_hold_many_values(store: Store) -> None:
    many = list(range(10**18, 10**18 + 20_000))
    found = store.query("SELECT length({many:Array(Int64)}) AS length", {"many": many})
    assert [20_000] == found["length"].to_pylist()


def test_a_wrong_statement_is_told_in_one_line(store: Store) -> None:
    for sql, named in WRONG.items():
        with pytest.raises(QueryFailed, match=named) as caught:
            store.query(sql)
        assert "\n" not in caught.value.message
        assert [1] == store.query("SELECT 1 AS one")["one"].to_pylist()


def test_inserts_into_unknown_tables_and_columns_fail(store: Store) -> None:
    with pytest.raises(QueryFailed, match="nowhere"):
        store.insert("nowhere", rows((1, 1, 1.0)))
    with pytest.raises(QueryFailed, match="wrong"):
        store.insert("measures", pa.table({"wrong": pa.array([1])}))
    assert [] == measures(store)


def test_a_query_that_fails_half_way_leaves_nothing_for_the_next_one(engine: Engine, store: Store) -> None:
    with engine.store(EngineSettings(readers_max=1)) as single:
        for _ in range(3):
            with pytest.raises(QueryFailed, match="told so"):
                single.query("SELECT number, throwIf(number = 150000, 'told so') FROM numbers(200000)")
            assert [{"one": 1}] == single.query("SELECT 1 AS one").to_pylist()


def test_a_query_beyond_its_time_is_stopped(engine: Engine, store: Store) -> None:
    with engine.store(EngineSettings(query_timeout_s=1)) as impatient, pytest.raises(QueryFailed):
        impatient.query("SELECT count(sleepEachRow(0.2)) FROM numbers(50)")


def test_a_query_beyond_its_memory_is_refused_for_now(engine: Engine, store: Store) -> None:
    with engine.store(EngineSettings(query_memory_bytes_max=5_000_000)) as poor, pytest.raises(StoreUnavailable):
        poor.query("SELECT groupArray(number) AS all FROM numbers(10000000)")


def test_a_session_for_outsiders_changes_no_table_and_no_setting_and_opens_no_file_as_a_table(store: Store) -> None:
    store.insert("measures", rows((3, 3, 3.0)))
    for statement in OUT_OF_BOUNDS:
        with pytest.raises(NephoscopeError):
            store.ask(statement, None, TAG)
    assert [(3, 3, 3.0)] == measures(store)
    assert [[1]] == answer(store, "SELECT 1 AS one")["data"]


def test_an_answer_names_types_and_keeps_digits(store: Store) -> None:
    found = answer(
        store,
        "SELECT toUInt64(18446744073709551615) AS big, nan AS none, toDecimal64(1.2345, 4) AS exact, "
        "toDateTime64('2025-06-01 12:00:00.5', 9, 'UTC') AS time, map('a', 1) AS mapped, {p:String} AS given",
        {"p": "it's \\ {x:Int8} 100 %"},
    )
    assert ["UInt64", "Float64", "Decimal(18, 4)", "DateTime64(9, 'UTC')", "Map(String, UInt8)", "String"] == [
        column["type"] for column in found["meta"]
    ]
    row = [2**64 - 1, None, "1.2345", "2025-06-01T12:00:00.500000000Z", {"a": 1}, "it's \\ {x:Int8} 100 %"]
    assert [row] == found["data"]
    assert 1 == found["statistics"]["rows_read"]


def test_an_answer_ends_one_row_after_its_limit(store: Store) -> None:
    assert [[0], [1], [2]] == answer(store, "SELECT number FROM numbers(3)")["data"]
    data = answer(store, "SELECT number FROM numbers(1000000)")["data"]
    assert [[number] for number in range(ANSWER_ROWS_MAX + 1)] == data


def test_what_goes_beyond_a_limit_is_told_as_that(engine: Engine, store: Store) -> None:
    with engine.store(EngineSettings(query_memory_bytes_max=20_000_000)) as poor:
        for sql in (
            "SELECT repeat('x', 1000000) AS long FROM numbers(1000)",
            "SELECT groupArray(number) AS all FROM numbers(10000000)",
        ):
            with pytest.raises(QueryFailed) as caught:
                poor.ask(sql, None, TAG)
            assert "limit" == caught.value.cause
            assert [[1]] == answer(poor, "SELECT 1 AS one")["data"]


def test_a_statement_at_work_is_watched_and_cancelled(engine: Engine, store: Store) -> None:
    """And the engine works on it no more, and the session serves the next."""
    with engine.store(EngineSettings(guests_max=1)) as single, ThreadPoolExecutor(1) as threads:
        asked = threads.submit(single.ask, ENDLESS, None, TAG)
        wait_until(lambda: single.progress(TAG) is not None)
        first = single.progress(TAG)
        assert first is not None
        assert first.rows_total >= first.rows_read
        assert single.progress("another") is None
        assert not single.cancel("another")
        assert single.cancel(TAG)
        with pytest.raises(QueryFailed) as caught:
            asked.result(20)
        assert "cancelled" == caught.value.cause
        wait_until(lambda: single.progress(TAG) is None)
        at_work = single.query(
            "SELECT count() AS n FROM system.processes WHERE position(query, 'endless') > 0 AND NOT "
            "position(query, 'system.processes') > 0"
        )
        assert [0] == at_work["n"].to_pylist()
        assert not single.cancel(TAG)
        assert [[1]] == answer(single, "SELECT 1 AS one")["data"]


def test_a_statement_that_may_not_start_does_not(store: Store) -> None:
    def refuse() -> None:
        raise QueryFailed("not now", cause="cancelled")

    with pytest.raises(QueryFailed, match="not now"):
        store.ask("SELECT 1", None, TAG, refuse)
    assert [[1]] == answer(store, "SELECT 1 AS one")["data"]


def test_reads_wait_neither_for_reads_nor_for_inserts(store: Store) -> None:
    """Ordering, not time: whatever is asked later answers while the slow ones still run."""
    with ThreadPoolExecutor(2) as threads:
        reading = threads.submit(store.query, SLOW)
        writing = threads.submit(
            store.execute, "INSERT INTO measures SELECT 1, number, sleepEachRow(0.3) FROM numbers(3)"
        )
        for _ in range(3):
            assert [1] == store.query("SELECT 1 AS one")["one"].to_pylist()
        store.insert("measures", rows((2, 2, 2.0)))
        assert [2.0] == store.query("SELECT value FROM measures WHERE metric = 2")["value"].to_pylist()
        assert not reading.done()
        assert not writing.done()
        assert [3] == reading.result()["rows"].to_pylist()
        writing.result()
    assert 4 == len(measures(store))


def test_when_all_sessions_are_busy_callers_are_told_to_come_back(engine: Engine, store: Store) -> None:
    with engine.store(EngineSettings(readers_max=1, wait_timeout_s=0.05)) as single, ThreadPoolExecutor(1) as threads:
        slow = threads.submit(single.query, SLOW)
        with pytest.raises(StoreUnavailable, match="busy"):
            repeat_until(slow.done, lambda: single.query("SELECT 1"))
        assert [3] == slow.result()["rows"].to_pylist()
        assert 1 == len(single.query("SELECT 1"))


def test_a_backup_is_read_back_after_everything_was_lost(engine: Engine, store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "it's a backup"
    store.insert("measures", rows(*((1, time, float(time)) for time in range(1000))))
    store.insert("rollups", pa.table({"metric": pa.array([1], pa.uint32()), "until": pa.array([500])}))
    store.backup(folder)
    store.insert("measures", rows((2, 1, 1.0)))
    store.execute(f"DROP DATABASE `{engine.database}` SYNC")
    with engine.store() as again:
        schema.upgrade(again, schema.Layout())
        again.restore(folder)
        assert [(1, time, float(time)) for time in range(1000)] == measures(again)
        assert [500] == again.query("SELECT max(until) AS until FROM rollups")["until"].to_pylist()
        again.insert("measures", rows((3, 1, 1.0)))
        assert 1001 == len(measures(again))


def test_a_backup_into_a_folder_that_holds_one_fails_and_leaves_it(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "first")
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    with pytest.raises(NephoscopeError, match="exist"):
        store.backup(tmp_path / "first")
    assert before == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    with pytest.raises(NephoscopeError):
        store.restore(tmp_path / "nowhere")


def test_a_store_may_be_closed_twice_and_serves_no_more(engine: Engine) -> None:
    opened = open_store(engine.dsn, EngineSettings(database=engine.database))
    assert [1] == opened.query("SELECT 1 AS one")["one"].to_pylist()
    opened.close()
    opened.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        opened.query("SELECT 1")
    with pytest.raises(StoreUnavailable, match="closed"):
        opened.insert("measures", rows((1, 1, 1.0)))


def test_only_known_schemes_are_opened() -> None:
    with pytest.raises(BadRequest, match="chdb, clickhouse"):
        open_store("sqlite:///store")
    with pytest.raises(BadRequest, match="absolute folder"):
        open_store("chdb://store")


def test_a_server_that_is_away_is_unavailable_and_is_used_again_when_back(
    clickhouse: ClickHouse, fresh_clickhouse_url: str
) -> None:
    with Engine(fresh_clickhouse_url, fresh_clickhouse_url.rpartition("/")[2]).store() as store:
        store.execute(
            "CREATE TABLE measures (metric UInt32, time Int64, value Float64) ENGINE = MergeTree ORDER BY time"
        )
        store.insert("measures", rows((1, 1, 1.0)))
        clickhouse.kill()
        with pytest.raises(StoreUnavailable):
            store.query("SELECT 1")
        with pytest.raises(StoreUnavailable):
            store.insert("measures", rows((1, 2, 2.0)))
        with pytest.raises(StoreUnavailable):
            open_store(fresh_clickhouse_url)
        clickhouse.start()
        assert [(1, 1, 1.0)] == measures(store)
        store.insert("measures", rows((1, 3, 3.0)))
        assert [(1, 1, 1.0), (1, 3, 3.0)] == measures(store)
