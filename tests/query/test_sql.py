# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""SQL of users reads the documented tables and nothing else."""

import logging
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.query.sql import ROWS_MAX, checked, run
from nephoscope.store.contract import Store
from tests.store.measured import MINUTE_NS, NOON_NS, Measured, policy_of

BROKEN_OUT = """
    SELECT * FROM system.tables
    SELECT * FROM `system`.`tables`
    SELECT * FROM system . tables
    SELECT * FROM information_schema.tables
    SELECT * FROM nephoscope.measures
    SELECT * FROM rollups
    SELECT * FROM schema_versions
    SELECT * FROM Measures
    SELECT * FROM measures, system.tables
    SELECT * FROM measures JOIN rollups USING metric
    SELECT * FROM measures CROSS JOIN (SELECT * FROM rollups)
    SELECT * FROM measures UNION ALL SELECT * FROM rollups
    SELECT * FROM (SELECT * FROM (SELECT * FROM rollups))
    SELECT (SELECT count() FROM system.tables)
    SELECT 1 WHERE EXISTS (SELECT 1 FROM system.tables)
    SELECT * FROM measures WHERE metric IN (SELECT metric FROM rollups)
    SELECT * FROM measures WHERE metric IN rollups
    SELECT * FROM measures WHERE metric IN (rollups)
    SELECT * FROM measures WHERE metric IN ((rollups))
    SELECT * FROM measures WHERE metric NOT IN "rollups"
    SELECT 'a' IN system.databases
    SELECT 'a' GLOBAL IN system.databases
    SELECT 'a' GLOBAL NOT IN (system.databases)
    SELECT globalIn('a', system.databases)
    SELECT notIn('a', system.databases)
    SELECT nullIn('a', rollups)
    SELECT * FROM file('/etc/passwd')
    SELECT * FROM '/etc/passwd'
    SELECT * FROM "/etc/passwd"
    SELECT * FROM url('http://127.0.0.1/', CSV)
    SELECT * FROM s3('http://127.0.0.1/x')
    SELECT * FROM remote('127.0.0.1', system.tables)
    SELECT * FROM cluster('default', system.tables)
    SELECT * FROM merge('system', '.*')
    SELECT * FROM numbers(10)
    SELECT * FROM generateRandom('a UInt8')
    SELECT * FROM executable('id', CSV, 'a String')
    SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')
    SELECT * FROM python('x')
    SELECT * FROM view(SELECT * FROM rollups)
    SELECT * FROM loop(system.tables)
    SELECT * FROM dictionary('x')
    SELECT * FROM {table:Identifier}
    SELECT * FROM (EXPLAIN SELECT 1)
    SELECT file('/etc/passwd')
    SELECT FILE('/etc/passwd')
    SELECT `file`('/etc/passwd')
    SELECT "file"('/etc/passwd')
    SELECT f(file('/etc/passwd'))
    SELECT * APPLY(file) FROM (SELECT '/etc/passwd')
    SELECT COLUMNS('.') APPLY(file) FROM (SELECT '/etc/passwd')
    SELECT arrayMap(file, ['/etc/passwd'])
    SELECT arrayMap("file", ['/etc/passwd'])
    SELECT arrayMap(x -> file(x), ['/etc/passwd'])
    SELECT joinGet('horizons', 'until', 1, 1)
    SELECT dictGet('a', 'b', 1)
    SELECT dictHas('a', 1)
    SELECT getSetting('readonly')
    SELECT get_setting('readonly')
    SELECT getMacro('shard')
    SELECT hasColumnInTable('system', 'tables', 'name')
    SELECT reverseDNSQuery('127.0.0.1')
    SELECT aiGenerate('x')
    SELECT sleep(3)
    SELECT sleepEachRow(3) FROM measures
    SELECT hostName()
    SELECT fqdn()
    SELECT 1 SETTINGS readonly = 0
    SELECT * FROM measures SETTINGS max_execution_time = 1000
    (SELECT 1) SETTINGS readonly = 0
    SELECT * FROM (SELECT 1 SETTINGS readonly = 0)
    SELECT 1 UNION ALL SELECT 1 SETTINGS readonly = 0
    SELECT 1 FORMAT JSON
    SELECT 1 UNION ALL SELECT 2 FORMAT CSV
    SELECT 1 INTO OUTFILE '/tmp/x'
    SELECT 1 INTO OUTFILE '/tmp/x' FORMAT CSV
    WITH rollups AS (SELECT * FROM rollups) SELECT * FROM rollups
    WITH a AS (SELECT * FROM rollups), rollups AS (SELECT 1) SELECT * FROM a
    WITH RECURSIVE rollups AS (SELECT * FROM rollups) SELECT * FROM rollups
    WITH RECURSIVE a AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM a) SELECT * FROM a
    WITH 1 AS rollups SELECT * FROM rollups
    WITH (SELECT 1) AS rollups SELECT * FROM rollups
    SELECT * FROM (WITH rollups AS (SELECT 1) SELECT * FROM rollups) AS a, rollups
    SELECT * FROM (SELECT 1) AS rollups, (SELECT * FROM rollups)
    SELECT 1 AS rollups, * FROM rollups
    SELECT * FROM measures AS rollups, rollups
    SELECT 1 AS `a\\" FROM system.tables -- `
    SELECT 1 AS "a\\\\", 2 AS " FROM system.tables -- "
    SELECT 1 AS "a""b"
    SELECT 1; DROP TABLE measures
    SELECT 1; SELECT 2
    SELECT 1 -- x\\n; DROP TABLE measures
    DROP TABLE measures
    TRUNCATE TABLE measures
    INSERT INTO measures SELECT 1, 1, 1
    INSERT INTO FUNCTION file('/tmp/x') SELECT 1
    CREATE TABLE x AS SELECT 1
    CREATE TABLE x ENGINE = Memory AS SELECT * FROM measures
    ALTER TABLE measures DELETE WHERE 1
    SET readonly = 0
    USE system
    SYSTEM SHUTDOWN
    SHOW TABLES
    DESCRIBE measures
    EXPLAIN SELECT 1
    BACKUP DATABASE nephoscope TO File('/tmp/x')
    KILL QUERY WHERE 1
    TABLE system.tables
    nonsense
"""

HARMLESS = """
    SELECT 1
    SELECT 1;
    SELECT 1; -- done
    SELECT /* a comment; DROP TABLE measures */ 1
    SELECT ';', 'it''s', 'a\\'b', 'a\\\\', 'FROM system.tables'
    SELECT 'file', 'sleep' AS settings
    SELECT * FROM measures
    FROM measures SELECT metric
    SELECT * FROM measures FINAL WHERE metric = 1 ORDER BY time DESC LIMIT 3
    SELECT m.value FROM measures AS m PREWHERE m.metric = 1 WHERE m.value > 0
    SELECT "metric", `time` FROM measures
    SELECT * EXCEPT (time) FROM measures
    SELECT * APPLY(toString) FROM measures
    SELECT count(), uniq(metric), avg(value), quantileExact(0.5)(value), sumIf(value, value > 3) FROM measures
    SELECT metric, max(value) AS top FROM measures GROUP BY metric HAVING top > 1 ORDER BY top
    SELECT toStartOfHour(fromUnixTimestamp64Nano(time)) AS hour, avg(value) FROM measures GROUP BY hour ORDER BY hour
    SELECT metric, value - lagInFrame(value) OVER (PARTITION BY metric ORDER BY time) AS step FROM measures
    SELECT metric IN (1, 2, 3), metric IN (1), metric IN [1, 2], metric IN (SELECT metric FROM aggregates) FROM measures
    SELECT metric FROM measures LIMIT 1 BY metric
    SELECT * FROM measures AS m ASOF LEFT JOIN aggregates AS a ON m.metric = a.metric AND m.time >= a.time
    SELECT * FROM measures UNION ALL SELECT metric, time, value FROM aggregates
    WITH tops AS (SELECT metric, max(value) AS top FROM measures GROUP BY metric) SELECT * FROM tops WHERE top > 1
    WITH a AS (SELECT 1 AS n), b AS (SELECT n + 1 AS n FROM a) SELECT * FROM b UNION ALL SELECT * FROM a
    WITH a AS (SELECT 1 AS n) SELECT * FROM (SELECT n FROM a WHERE n IN (SELECT n FROM a))
    WITH 3 AS least SELECT * FROM measures WHERE value > least
    SELECT cause, count() FROM dead_letters WHERE record LIKE '%100 %%' GROUP BY cause
    SELECT arrayMap(x -> x + 1, [1, 2]), map('a', 1)['a'], tuple(1, 2).1, CAST(1 AS String), 1::Int8
    SELECT length(cause) AS filename, count() AS dictionary FROM dead_letters GROUP BY filename
    SELECT multiIf(value > 1, 'a', 'b'), CASE WHEN value > 1 THEN 2 ELSE 3 END FROM measures
    SELECT now() - INTERVAL 1 HOUR > toDateTime(0)
"""


@pytest.fixture
def secretive(measured: Measured) -> Store:
    """A store with something in a table that is not documented."""
    measured.store.execute(f"INSERT INTO rollups VALUES ({SECRET}, {SECRET})")
    measured.put(measured.metric(policy_of(MINUTE_NS)), {NOON_NS: 1.0})
    return measured.store


def listed(text: str) -> list[str]:
    """One statement a line; \\n stands for a line's end."""
    return [line.strip().replace("\\n", "\n") for line in text.strip().splitlines()]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The parser warns of each statement that it does not know."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    yield
    logging.getLogger("sqlglot").setLevel(logging.NOTSET)


@pytest.mark.parametrize("text", listed(BROKEN_OUT))
def test_whatever_reaches_beyond_the_documented_tables_is_refused(text: str) -> None:
    with pytest.raises(BadRequest) as caught:
        checked(text)
    assert type(caught.value) is BadRequest
    assert caught.value.message


def test_harmless_statements_run(measured_anywhere: Measured) -> None:
    metric = measured_anywhere.metric(policy_of(MINUTE_NS))
    measured_anywhere.put(metric, {NOON_NS + minute * MINUTE_NS: float(minute) for minute in range(5)})
    for text in listed(HARMLESS):
        assert run(measured_anywhere.store, text).column_names, text
    assert [{"metric": metric, "top": 4.0}] == run(measured_anywhere.store, listed(HARMLESS)[21]).to_pylist()


def test_texts_come_through_unchanged(store: Store) -> None:
    for text in (
        "it's",
        "a\\b",
        "100 %",
        "%s %(x)s {x:Int8}",
        "-- no comment",
        "/* nor */ this",
        "tab\there",
        "ümläut 😀",
    ):
        quoted = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
        assert [text] == run(store, f"SELECT {quoted} AS text")["text"].to_pylist()


def test_rows_are_bounded(store: Store) -> None:
    ten = "ARRAY JOIN [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] AS x"
    table = "(SELECT 1 AS one)"
    for _ in range(6):
        table = f"(SELECT one FROM {table} {ten})"
    assert ROWS_MAX == len(run(store, f"SELECT * FROM {table}"))


def test_an_error_of_the_engine_is_told(store: Store) -> None:
    with pytest.raises(BadRequest, match="nonsense"):
        run(store, "SELECT nonsense FROM measures")


@pytest.mark.parametrize(
    "text", ["(" * 2000 + "1" + ")" * 2000, "SELECT " + "- " * 5000 + "1", "SELECT " + "f(" * 3000]
)
def test_deep_statements_are_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        checked(text)


SECRET = 424242
NAMES = st.sampled_from(["measures", "rollups", "a"])
VALUES = st.sampled_from(
    [
        *("*", "1", "until", "rollups.until", "rollups.*", "x -> rollups", "COLUMNS('.')", "1 AS rollups", "{x:Int8}"),
        *("1 IN rollups", "424242 IN (rollups)", "(424242, 1) IN rollups", "(SELECT until FROM rollups)"),
    ]
)


def selects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Statements around others, whose names mean one thing here and another there."""
    source = NAMES | st.builds("({})".format, inner) | st.builds("{} AS {}".format, NAMES, NAMES)
    clauses = st.one_of(
        st.just(""),
        st.builds("WITH {} AS ({})".format, NAMES, inner),
        st.builds("WITH {} AS ({}), {} AS ({})".format, NAMES, inner, NAMES, inner),
        st.builds("WITH {} AS {}".format, st.sampled_from(["1", "(SELECT 1)"]), NAMES),
    )
    joined = source | st.builds("{}, {}".format, source, source) | st.builds("{} ARRAY JOIN [1] AS y".format, source)
    plain = st.builds("{} SELECT {} FROM {}".format, clauses, VALUES, joined)
    return plain | st.builds("{} UNION ALL {}".format, inner, inner)


@given(text=st.recursive(st.builds("SELECT {} FROM {}".format, VALUES, NAMES), selects, max_leaves=6))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_statement_finds_what_other_tables_hold(secretive: Store, text: str) -> None:
    """Names are played against each other; whatever is let through is run."""
    try:
        found = run(secretive, text)
    except BadRequest:
        return
    assert str(SECRET) not in str(found.to_pylist())


PIECES = st.sampled_from(
    [
        *(
            "SELECT",
            "FROM",
            "WITH",
            "AS",
            "IN",
            "(",
            ")",
            ",",
            ".",
            ";",
            "*",
            "'a'",
            '"a"',
            "`a`",
            "measures",
            "rollups",
        ),
        *("system", "tables", "file", "FORMAT", "SETTINGS", "UNION", "ALL", "JOIN", "ARRAY", "ON", "1", "-1", "[", "]"),
        *(
            "{p:String}",
            "->",
            "::",
            "?",
            "$$",
            "--",
            "/*",
            "*/",
            "\\",
            "'",
            '"',
            "`",
            "INTO",
            "OUTFILE",
            "VALUES",
            "OVER",
        ),
        *("EXCEPT", "APPLY", "CASE", "WHEN", "END", "INTERVAL", "CAST", "GLOBAL", "NOT", "EXISTS", "\n", "\0"),
    ]
)


def refused_or_read(text: str) -> None:
    """BadRequest is the only problem that a text may cause."""
    with suppress(BadRequest):
        assert checked(text)


@given(text=st.lists(PIECES, min_size=1, max_size=15).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_near_misses_are_refused_or_read(text: str) -> None:
    for start in ("", "SELECT ", "SELECT * FROM measures WHERE "):
        refused_or_read(start + text)


@given(text=st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_noise_is_refused_or_read(text: str) -> None:
    refused_or_read(text)
