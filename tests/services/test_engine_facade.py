# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""ClickHouse's HTTP interface over the embedded engine, as the real HTTP client of ClickHouse sees it."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import clickhouse_connect
import pyarrow as pa
import pytest
import urllib3
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError, StreamFailureError

from tests.services import clickhouse as clickhouse_service
from tests.services.clickhouse import PASSWORD, PROJECT, USER, ClickHouse
from tests.services.embedded import READS_AT_ONCE, WRITES_AT_ONCE

ROWS = pa.table({"a": pa.array([1, 2, 3], pa.int64()), "s": pa.array(["x", "y\t\n'", "ž"])})


def connected(url: str, **options: Any) -> Client:
    return clickhouse_connect.get_client(dsn=url, **options)


@pytest.fixture
def client(fresh_clickhouse_url: str) -> Iterator[Client]:
    with connected(fresh_clickhouse_url) as client:
        client.command("CREATE TABLE t (a Int64, s String) ENGINE = MergeTree ORDER BY a")
        yield client


def test_rows_go_in_and_come_out_as_native(client: Client) -> None:
    client.insert("t", [[1, "x"], [2, "y\t\n'"]], column_names=["a", "s"])
    assert [(1, "x"), (2, "y\t\n'")] == client.query("SELECT a, s FROM t ORDER BY a").result_rows


def test_rows_go_in_and_come_out_as_arrow(client: Client) -> None:
    client.insert_arrow("t", ROWS)
    got = client.query_arrow("SELECT a, s FROM t ORDER BY a", use_strings=True)
    assert ROWS.to_pydict() == got.to_pydict()


def test_an_insert_answers_with_the_rows_it_wrote(client: Client) -> None:
    assert client.insert_arrow("t", ROWS).written_rows == 3


@pytest.mark.parametrize("compress", [False, "lz4", "zstd", "gzip"])
def test_bodies_travel_compressed_both_ways(fresh_clickhouse_url: str, compress: str | bool) -> None:
    with connected(fresh_clickhouse_url, compress=compress) as client:
        client.command("CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
        client.insert("t", [[n] for n in range(5000)], column_names=["a"])
        assert list(range(5000)) == list(client.query("SELECT a FROM t ORDER BY a").result_columns[0])
        with client.query_row_block_stream("SELECT a FROM t ORDER BY a", settings={"max_block_size": 1000}) as blocks:
            assert 5000 == sum(len(block) for block in blocks)


def test_an_answer_is_compressed_on_request(client: Client, clickhouse: ClickHouse) -> None:
    headers = {**urllib3.make_headers(basic_auth=f"{USER}:{PASSWORD}"), "Accept-Encoding": "lz4"}
    url = f"http://127.0.0.1:{clickhouse.port}/?enable_http_compression=1"
    answer = urllib3.request("POST", url, body="SELECT 1", headers=headers, decode_content=False)
    assert "lz4" == answer.headers["Content-Encoding"]
    assert b"\x04\x22\x4d\x18" == answer.data[:4]


def test_commands_answer_as_the_server_does(client: Client) -> None:
    assert 42 == client.command("SELECT 42")
    assert "t" == client.command("SHOW TABLES")
    assert 1 == client.command("EXISTS TABLE t")
    client.command("INSERT INTO t VALUES (7, 'seven')")
    client.command("INSERT INTO t SELECT a + 1, 'format x' FROM t")
    assert [(7, "seven"), (8, "format x")] == client.query("SELECT * FROM t ORDER BY a").result_rows
    client.command("TRUNCATE TABLE t")
    assert 0 == client.command("SELECT count() FROM t")


def test_a_query_without_rows_still_has_its_columns(client: Client) -> None:
    assert ("a", "s") == client.query("SELECT a, s FROM t LIMIT 0").column_names
    assert [] == client.query("SELECT a FROM t WHERE a > 5").result_rows
    assert ["a"] == client.query_arrow("SELECT a FROM t WHERE a > 5").column_names


def test_raw_queries_choose_their_format(client: Client) -> None:
    client.insert_arrow("t", ROWS)
    assert b'{"a":1}\n' == client.raw_query("SELECT a FROM t ORDER BY a LIMIT 1", fmt="JSONEachRow")
    assert b"1\n2\n3\n" == b"".join(client.raw_stream("SELECT a FROM t ORDER BY a", fmt="TabSeparated"))
    assert b'"rows": 3' in client.raw_query("SELECT a FROM t FORMAT JSON")


def test_raw_inserts_take_any_input_format(client: Client) -> None:
    client.raw_insert("t", ["a", "s"], b'{"a":9,"s":"nine"}\n', fmt="JSONEachRow")
    client.raw_insert("t", ["a", "s"], (part for part in [b"10\tte", b"n\n"]), fmt="TabSeparated")
    assert [(9, "nine"), (10, "ten")] == client.query("SELECT * FROM t ORDER BY a").result_rows


def test_an_error_carries_the_engines_code_and_text(client: Client) -> None:
    with pytest.raises(DatabaseError, match="Unknown table expression identifier 'nope'") as problem:
        client.query("SELECT * FROM nope")
    assert (60, "UNKNOWN_TABLE") == (problem.value.code, problem.value.name)
    with pytest.raises(DatabaseError, match="Syntax error") as problem:
        client.command("SELEC 1")
    assert 62 == problem.value.code
    with pytest.raises(DatabaseError, match="nope") as problem:
        client.insert_arrow("nope", ROWS)
    assert 60 == problem.value.code


def test_a_bad_insert_stores_nothing(client: Client) -> None:
    with pytest.raises(DatabaseError, match=r"Cannot read all data|Cannot parse"):
        client.raw_insert("t", ["a", "s"], b"\x02\x05garbage", fmt="Native")
    assert 0 == client.command("SELECT count() FROM t")


def test_an_error_in_the_middle_of_a_stream_reaches_the_client(client: Client) -> None:
    statement = "SELECT throwIf(number = 40000, 'half-way') FROM numbers(50000)"
    settings = {"max_block_size": 1000, "max_threads": 1}
    with client.query_row_block_stream(statement, settings=settings) as blocks:
        assert [(0,)] * 1000 == list(next(blocks))
        with pytest.raises(StreamFailureError, match="half-way") as problem:
            list(blocks)
    assert 395 == problem.value.code


def test_streams_that_nobody_reads_on_free_their_places(clickhouse: ClickHouse) -> None:
    headers = urllib3.make_headers(basic_auth=f"{USER}:{PASSWORD}")
    url = f"http://127.0.0.1:{clickhouse.port}/"
    for _ in range(READS_AT_ONCE + 1):
        body = "SELECT number FROM numbers(100000000) FORMAT Native"
        answer = urllib3.request("POST", url, body=body, headers=headers, preload_content=False, timeout=20.0)
        assert 1000 == len(answer.read(1000))
        answer.close()
    assert b"1\n" == urllib3.request("POST", url, body="SELECT 1", headers=headers, timeout=20.0).data


def test_readonly_refuses_writes_functions_and_loosening(client: Client) -> None:
    refused = [
        "INSERT INTO t VALUES (1, 'x')",
        "CREATE TABLE u (a Int64) ENGINE = Memory",
        "DROP TABLE t",
        "SELECT * FROM file('/etc/hostname', 'LineAsString')",
        "SELECT 1 SETTINGS readonly = 0",
    ]
    assert 0 == client.command("SELECT count() FROM t", settings={"readonly": 1})
    for statement in refused:
        with pytest.raises(DatabaseError) as problem:
            client.command(statement, settings={"readonly": 1})
        assert 164 == problem.value.code, statement
    with pytest.raises(DatabaseError) as problem:
        client.insert_arrow("t", ROWS, settings={"readonly": 1})
    assert 164 == problem.value.code
    assert 3 == client.insert_arrow("t", ROWS).written_rows


def test_settings_hold_for_one_request(client: Client) -> None:
    asked = "SELECT getSetting('max_block_size')"
    assert 777 == client.command(asked, settings={"max_block_size": 777})
    assert 777 != client.command(asked)
    with pytest.raises(DatabaseError, match="no_such_setting"):
        client.command("SELECT 1", settings={"no_such_setting": 1})
    with pytest.raises(DatabaseError) as problem:
        client.query("SELECT count() FROM numbers(100000000000)", settings={"max_execution_time": 1})
    assert 159 == problem.value.code


def test_parameters_arrive_unchanged(client: Client) -> None:
    texts = ["plain", "tab\tnewline\nquote'backslash\\", "ž 日本", "x" * 20_000]
    for text in texts:
        got = client.query("SELECT {n:Int64} + 1, {text:String}", parameters={"n": 41, "text": text})
        assert [(42, text)] == got.result_rows


def test_a_session_keeps_what_was_set_in_it(fresh_clickhouse_url: str) -> None:
    asked = "SELECT getSetting('max_block_size')"
    with connected(fresh_clickhouse_url, session_id="mine") as mine, connected(fresh_clickhouse_url) as other:
        mine.command("SET max_block_size = 555")
        assert 555 == mine.command(asked)
        assert 555 != other.command(asked)
        with pytest.raises(DatabaseError) as problem:
            mine.command("CREATE TEMPORARY TABLE gone (a Int64)")
        assert 48 == problem.value.code


def test_a_session_takes_one_request_at_a_time(clickhouse_url: str) -> None:
    first = connected(clickhouse_url, session_id="one")
    second = connected(clickhouse_url, session_id="one")
    slow = threading.Thread(target=first.command, args=("SELECT sleep(1)",))
    slow.start()
    time.sleep(0.3)
    with pytest.raises(DatabaseError) as problem:
        second.command("SELECT 1")
    slow.join()
    assert 373 == problem.value.code
    assert 1 == second.command("SELECT 1")


def test_a_query_id_comes_back(client: Client) -> None:
    assert "my-id" == client.query("SELECT 1", settings={"query_id": "my-id"}).query_id


@pytest.mark.parametrize(("user", "password"), [(USER, "wrong"), ("somebody", PASSWORD), ("", "")])
def test_strangers_stay_out(clickhouse: ClickHouse, user: str, password: str) -> None:
    url = f"clickhouse://{user}:{quote(password, safe='')}@127.0.0.1:{clickhouse.port}/default"
    with pytest.raises(DatabaseError) as problem:
        connected(url)
    assert 516 == problem.value.code


def test_ping_needs_no_user(clickhouse: ClickHouse) -> None:
    assert b"Ok.\n" == urllib3.request("GET", f"http://127.0.0.1:{clickhouse.port}/ping").data


def test_a_statement_in_a_get_may_only_read(clickhouse: ClickHouse) -> None:
    headers = urllib3.make_headers(basic_auth=f"{USER}:{PASSWORD}")
    url = f"http://127.0.0.1:{clickhouse.port}/?query="
    assert b"1\n" == urllib3.request("GET", url + quote("SELECT 1"), headers=headers).data
    refused = urllib3.request("GET", url + quote("CREATE DATABASE no"), headers=headers)
    assert "164" == refused.headers["X-ClickHouse-Exception-Code"]


def test_an_unknown_database_is_an_error(clickhouse: ClickHouse) -> None:
    with pytest.raises(DatabaseError) as problem:
        connected(clickhouse.url("nowhere"))
    assert 81 == problem.value.code


def test_reads_do_not_queue_behind_inserts(client: Client, fresh_clickhouse_url: str) -> None:
    """Slow inserts take every place there is for writing; a read is answered long before they end."""

    def insert(_: int) -> None:
        with connected(fresh_clickhouse_url) as own:
            own.command("INSERT INTO t SELECT number, toString(sleepEachRow(1)) FROM numbers(2)")

    with ThreadPoolExecutor(12) as threads:
        inserts = [threads.submit(insert, n) for n in range(WRITES_AT_ONCE)]
        time.sleep(0.5)
        started = time.monotonic()
        assert 0 <= int(str(client.command("SELECT count() FROM t")))
        took_s = time.monotonic() - started
        assert not any(done.done() for done in inserts)
    for done in inserts:
        done.result()
    assert took_s < 1.0
    assert 2 * WRITES_AT_ONCE == client.command("SELECT count() FROM t")


def test_many_clients_at_once_lose_no_row(client: Client, fresh_clickhouse_url: str) -> None:
    def work(worker: int) -> list[int]:
        with connected(fresh_clickhouse_url) as own:
            counts = []
            for n in range(10):
                own.insert_arrow("t", pa.table({"a": [worker * 100 + n], "s": ["w"]}))
                counts.append(int(str(own.command(f"SELECT count() FROM t WHERE intDiv(a, 100) = {worker}"))))
            return counts

    with ThreadPoolExecutor(8) as threads:
        assert [list(range(1, 11))] * 8 == list(threads.map(work, range(8)))
    assert 80 == client.command("SELECT uniqExact(a) FROM t")


def test_acknowledged_rows_survive_a_kill() -> None:
    with clickhouse_service.started() as service:
        safe = {"fsync_after_insert": 1, "fsync_part_directory": 1}
        with connected(service.url()) as client:
            client.command(
                f"CREATE TABLE t (a Int64, s String) ENGINE = MergeTree ORDER BY a SETTINGS {settings_of(safe)}"
            )
            client.insert_arrow("t", ROWS)
            service.kill()
            with pytest.raises(OperationalError):
                client.command("SELECT 1")
            service.restart()
            assert 3 == client.command("SELECT count() FROM t")
        folder = service.folder
    assert not folder.exists()


def test_it_ends_when_its_standard_input_closes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.services.engine_facade", "--path", str(tmp_path / "data")]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline().startswith(b"ready http://127.0.0.1:")
        process.stdin.close()
        assert 0 == process.wait(20)


def settings_of(settings: dict[str, int]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in settings.items())
