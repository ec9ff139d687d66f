# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Rules in SQL: rows as instances, within the alarm's project, bounded in time and number."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from typing import Any
from uuid import UUID

import msgspec
import pytest

from nephoscope.alarm.instance_reader import InstanceReader
from nephoscope.alarm.instances import Asked, Instances, Seen
from nephoscope.alarm.members import MemberFinder
from nephoscope.alarm.series_reading import SeriesReading
from nephoscope.alarm.sql_rule import CALLER, SIDE_BY_SIDE, SqlReading, check_sql_rule
from nephoscope.model.errors import BadRequest, InvalidInput, NotFound, QueryFailed, StoreUnavailable
from nephoscope.model.series_rule import SqlRule
from nephoscope.query.sql.narrow import Reach
from nephoscope.query.sql.statements import Answer, ResultColumn, Statements
from nephoscope.store.contract import Store
from tests.alarm.conftest import NOW_NS, World
from tests.project import PROJECT
from tests.query.sql.told import told

NEWEST = "SELECT resource, name, max(value) AS v FROM measures GROUP BY resource, name"


@pytest.fixture
def reading(store: Store) -> Iterator[SqlReading]:
    """Over two projects' measures: of blue 0 to 4, plus ten times the number of the metric."""
    reading = SqlReading(told(store).statements)
    yield reading
    reading.close()


def look(reading: SqlReading, rule: SqlRule, project: str | None = "blue", recovery: float | None = None) -> Instances:
    asked = Asked(rule, project, recovery)
    return reading.look({asked: rule})[asked]


def states(instances: Instances) -> dict[str, Any]:
    assert ("", "") == (instances.missing, instances.failed)
    return {"/".join(value for _, value in seen.labels): seen.verdict.state for seen in instances.seen}


def test_each_row_is_an_instance_named_by_its_texts(reading: SqlReading) -> None:
    found = look(reading, SqlRule(sql=NEWEST, value="v", threshold=14.0, comparison_operator="ge"))
    assert {"cpu.util/web0": "ok", "load/web0": "alarm", "cpu.util/web1": "alarm", "load/web1": "alarm"} == states(
        found
    )
    (first,) = [seen for seen in found.seen if seen.labels == (("name", "cpu.util"), ("resource", "web0"))]
    assert (4.0, 1) == (first.verdict.most_recent, first.verdict.count)


def test_without_a_value_a_row_at_all_is_beyond(reading: SqlReading) -> None:
    rule = SqlRule(sql=f"SELECT resource FROM ({NEWEST}) WHERE v > 30")
    assert {"web1": "alarm"} == states(look(reading, rule))
    none = SqlRule(sql=f"SELECT resource FROM ({NEWEST}) WHERE v > 99")
    assert Instances([]) == look(reading, none)


def test_rows_of_the_same_labels_count_as_the_one_that_is_beyond(reading: SqlReading) -> None:
    rule = SqlRule(sql="SELECT resource, value FROM measures", value="value", threshold=33.5)
    assert {"web0": "ok", "web1": "alarm"} == states(look(reading, rule))
    assert {"": "alarm"} == states(look(reading, SqlRule(sql="SELECT value FROM measures", value="value")))


def test_a_statement_sees_what_the_alarms_project_sees(reading: SqlReading) -> None:
    rule = SqlRule(sql="SELECT project_id, count() AS n FROM measures GROUP BY project_id", value="n")
    assert {"blue": "alarm"} == states(look(reading, rule))
    assert {"blue": "alarm", "green": "alarm"} == states(look(reading, rule, None))
    assert {} == states(look(reading, rule, "red"))


def test_values_that_are_null_are_unknown_and_large_numbers_are_read(reading: SqlReading) -> None:
    rows = (
        "SELECT 'none' AS which, CAST(NULL AS Nullable(Decimal64(2))) AS n UNION ALL "
        "SELECT 'large', toDecimal64(12345678.5, 2) UNION ALL SELECT NULL, toDecimal64(1, 2)"
    )
    found = look(reading, SqlRule(sql=rows, value="n", threshold=1000.0), recovery=10.0)
    assert {"none": "insufficient data", "large": "alarm", "": "ok"} == states(found)
    by_name = {dict(seen.labels)["which"]: seen for seen in found.seen}
    assert "datapoints are unknown: n is null" == by_name["none"].verdict.reason
    assert 12345678.5 == by_name["large"].verdict.most_recent
    assert {"none": "insufficient data", "large": "alarm", "": "ok"} == {
        name: seen.recovery and seen.recovery.state for name, seen in by_name.items()
    }


@pytest.mark.parametrize(
    ("rule", "missing"),
    [
        (SqlRule(sql="SELECT * FROM metrics", value="v"), "the statement gives no column v; it gives id, name, unit"),
        (
            SqlRule(sql="SELECT time FROM measures", value="time"),
            "column time is of type DateTime64",
        ),
        (SqlRule(sql="SELECT colour FROM measures"), "alarm statistics retrieval failed: "),
        (SqlRule(sql="SELECT toUInt8('x') AS n FROM measures", value="n"), "alarm statistics retrieval failed: "),
    ],
)
def test_a_statement_that_cannot_be_judged_says_why(reading: SqlReading, rule: SqlRule, missing: str) -> None:
    found = look(reading, rule)
    assert found.missing.startswith(missing)
    assert ((), "") == (found.seen, found.failed)


def test_too_many_rows_are_refused(reading: SqlReading) -> None:
    rule = SqlRule(sql="SELECT toString(arrayJoin(range(1001))) AS n")
    assert "more than 1000 instances" in look(reading, rule).failed


def test_a_statement_that_takes_too_long_is_stopped(store: Store) -> None:
    long = (
        "SELECT count() AS n FROM (SELECT arrayJoin(range(1000000)) AS a) AS x, "
        "(SELECT arrayJoin(range(1000000)) AS b) AS y WHERE (x.a * y.b) % 7 = 3"
    )
    statements = told(store).statements
    reading = SqlReading(statements, statement_s=0.2)
    assert "no answer within 0.2 s" in look(reading, SqlRule(sql=long, value="n")).failed
    # Which waits for what is still running, and stops it.
    reading.close()
    assert [[1]] == statements.run("SELECT 1", Reach(), "ann").rows


class Recorded(Statements):
    """Answers without an engine."""

    def __init__(self) -> None:
        self.reaches: list[Reach] = []
        self.error: Exception | None = None

    def run(self, text: str, reach: Reach, caller: str, id_: UUID | None = None) -> Answer:
        self.reaches.append(reach)
        if self.error is not None:
            raise self.error
        return Answer([ResultColumn("n", "UInt8")], [[1]], True, 0.0, 0, 0)


class Endless(Statements):
    """Statements that run until they are cancelled."""

    def __init__(self) -> None:
        self.stopped: dict[UUID, threading.Event] = {}
        self.all_run = threading.Event()

    def run(self, text: str, reach: Reach, caller: str, id_: UUID | None = None) -> Answer:
        assert id_ is not None
        stopped = self.stopped[id_] = threading.Event()
        if len(self.stopped) == SIDE_BY_SIDE:
            self.all_run.set()
        assert stopped.wait(30)
        raise QueryFailed("the statement was cancelled", cause="cancelled")

    def cancel(self, caller: str, id_: UUID) -> None:
        assert CALLER == caller
        if id_ not in self.stopped:
            raise NotFound(f"no statement {id_} is at work")
        self.stopped[id_].set()


def test_several_statements_run_at_once_until_it_is_over() -> None:
    statements = Endless()
    reading = SqlReading(statements)
    with ThreadPoolExecutor(SIDE_BY_SIDE + 1) as threads:
        answers = [threads.submit(look, reading, SqlRule(sql=f"SELECT {n}")) for n in range(SIDE_BY_SIDE)]
        assert statements.all_run.wait(30)
        # There is no room for one more.
        waiting = threads.submit(look, reading, SqlRule(sql="SELECT 'more'"))
        reading.close()
        assert [Instances(failed="the statement was cancelled")] * SIDE_BY_SIDE == [each.result(30) for each in answers]
        assert isinstance(waiting.exception(30), CancelledError | RuntimeError)
    assert SIDE_BY_SIDE == len(statements.stopped)


def test_rules_of_one_statement_are_one_run() -> None:
    statements = Recorded()
    reading = SqlReading(statements)
    alike = [SqlRule(sql="SELECT 1 AS n", value="n", threshold=float(threshold)) for threshold in (0, 1)]
    found = reading.look({Asked(rule, "p"): rule for rule in alike})
    assert ["alarm", "ok"] == [instances.seen[0].verdict.state for instances in found.values()]
    assert [Reach(project_id="p")] == statements.reaches
    reading.close()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            StoreUnavailable("the engine is away"),
            Instances(failed="the engine is away"),
        ),
        (QueryFailed("too slow", cause="limit"), Instances(failed="too slow")),
        (BadRequest("no view"), Instances(missing="alarm statistics retrieval failed: no view")),
    ],
)
def test_what_passes_is_a_failure_and_what_does_not_is_a_mistake(error: Exception, expected: Instances) -> None:
    statements = Recorded()
    statements.error = error
    reading = SqlReading(statements)
    assert expected == look(reading, SqlRule(sql="SELECT 1"))
    reading.close()


def test_both_kinds_of_rules_are_looked_at_together(world: World) -> None:
    measured = world.measured
    series = SeriesReading(MemberFinder(world.index, world.catalog), measured.reader, measured.series)
    rule = SqlRule(sql="SELECT 1 AS n", value="n")
    asked = Asked(rule, "p")
    both = InstanceReader(series, SqlReading(Recorded()))
    assert isinstance(both.look([asked], NOW_NS)[asked].seen[0], Seen)
    both.close()
    alone = InstanceReader(series)
    assert "no SQL is run here" in alone.look([asked], NOW_NS)[asked].missing
    alone.close()


@pytest.mark.parametrize(
    ("rule", "told", "field"),
    [
        (SqlRule(sql="DROP TABLE measures"), "sql: give one SELECT statement", "sql"),
        (SqlRule(sql="SHOW TABLES"), "sql: give one SELECT statement", "sql"),
        (SqlRule(sql="SELECT x FROM nowhere"), "sql: there is no view nowhere; there are ", "sql"),
        (SqlRule(sql="SELECT file('x')"), "sql: function file is not allowed (line 1, column 8)", "sql"),
        (
            SqlRule(sql="SELECT resource, value FROM measures", value="v"),
            "value: the statement gives no column v; it gives resource, value",
            "value",
        ),
        (SqlRule(sql="SELECT 1", threshold=float("nan")), "threshold: expected a finite number", "threshold"),
        (SqlRule(sql="SELECT 1", every_s=5), "every_s: expected 10 to 86400, found 5", "every_s"),
        (SqlRule(sql="SELECT '\0'"), "sql: expected no NUL", "sql"),
        (SqlRule(sql="SELECT " + "1" * 20_000), "sql: expected at most 20000 characters, there are 20007", "sql"),
    ],
)
def test_a_rule_that_cannot_be_meant_so_is_refused(rule: SqlRule, told: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_sql_rule(rule, ("rules", "0"))
    assert caught.value.reason.startswith(told)
    assert ["rules", "0", field] == caught.value.detail


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        (NEWEST, "v"),
        ("SELECT * FROM metrics", "anything"),
        ("SELECT count() FROM metrics", "count()"),
        ("WITH a AS (SELECT value FROM measures) SELECT max(value) AS v FROM a", "v"),
    ],
)
def test_a_column_that_may_be_there_is_accepted(sql: str, value: str) -> None:
    check_sql_rule(SqlRule(sql=sql, value=value))


def test_statements_of_the_documentation_run(reading: SqlReading) -> None:
    page = (PROJECT / "docs/explanation/alarm-rules.md").read_text()
    statements = [msgspec.json.decode(f'"{each}"') for each in re.findall(r'"sql": "(.*)"', page)]
    assert 2 == len(statements)
    for each in statements:
        assert "" == look(reading, SqlRule(sql=each)).missing
