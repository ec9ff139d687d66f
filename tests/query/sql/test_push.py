# SPDX-License-Identifier: Apache-2.0

"""Conditions are repeated inside a view where that changes nothing but the work."""

import pytest

from nephoscope.query.sql.narrow import Narrower
from tests.query.sql.told import EVERYTHING, Told

NAMED = "AS named WHERE name = 'a'"
TIMED = "WHERE time > toUnixTimestamp64Nano"


def rewritten(text: str) -> str:
    return Narrower("db", EVERYTHING).statement(text).sql


@pytest.mark.parametrize(
    "text",
    [
        "SELECT value FROM measures WHERE name = 'a' AND time > now() - INTERVAL 1 HOUR",
        "SELECT value FROM measures WHERE (name = 'a') AND now() < time AND value > 3",
        "SELECT value FROM measures PREWHERE name = 'a' WHERE time > '2025-06-01 12:00:00'",
        "SELECT m.value FROM measures AS m WHERE m.name = 'a' AND m.time > '2025-06-01'",
        "SELECT m.value FROM measures AS m JOIN resources AS r ON 2 > 1 WHERE m.name = 'a' AND m.time > now()",
        "SELECT m.value FROM measures AS m LEFT JOIN resources AS r ON 1 = 1 WHERE m.name = 'a' AND m.time > now()",
    ],
)
def test_conditions_on_names_and_times_go_inside(text: str) -> None:
    assert NAMED in rewritten(text)
    assert TIMED in rewritten(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT value FROM measures WHERE name = 'a' OR time > now()",
        "SELECT 'b' AS name, now() AS time FROM measures WHERE name = 'a' AND time > now()",
        "WITH 'b' AS name, now() AS time SELECT value FROM measures WHERE name = 'a' AND time > now()",
        "SELECT m.value FROM resources AS r LEFT JOIN measures AS m ON 1 = 1 WHERE m.name = 'a' AND m.time > now()",
        "SELECT m.value FROM measures AS m FULL JOIN resources AS r ON 1 = 1 WHERE m.name = 'a' AND m.time > now()",
        "SELECT m.value FROM measures AS m ANY JOIN resources AS r ON 1 = 1 WHERE m.name = 'a' AND m.time > now()",
        "SELECT m.value FROM measures AS m, metrics AS n WHERE name = 'a' AND time > now()",
        "SELECT value FROM measures WHERE name = (SELECT 'a') AND time > (SELECT now())",
        "SELECT value FROM measures WHERE rand() % 2 = 0 AND name = toString(rand())",
        "SELECT value FROM measures WHERE time > addSeconds(now(), toInt64(value)) AND name = toString(value)",
        "SELECT value FROM measures HAVING name = 'a' AND time > now()",
        "SELECT value FROM measures WHERE time > 'yesterday'",
    ],
)
def test_conditions_that_could_mean_something_else_stay_outside(text: str) -> None:
    assert "AS named WHERE" not in rewritten(text)
    assert TIMED not in rewritten(text)


def test_columns_that_nobody_names_are_not_read() -> None:
    assert "INNER JOIN" not in rewritten("SELECT count() FROM measures")
    assert "INNER JOIN" not in rewritten("SELECT count(*), max(time) FROM measures")
    assert "INNER JOIN" in rewritten("SELECT * FROM measures")
    assert "INNER JOIN" in rewritten("SELECT COLUMNS('.') FROM measures")
    assert "attributes" not in rewritten("SELECT name FROM measures")


@pytest.mark.parametrize(
    "condition",
    [
        *(
            "name = 'load'",
            "name LIKE 'cpu%'",
            "resource IN ('web0', 'web1')",
            "attributes['rack'] = 'r1'",
            "value > 11",
        ),
        *("time > '2025-06-01 12:01:00'", "time >= toDateTime('2025-06-01 12:01:00')", "'2025-06-01 12:02:00' >= time"),
        *(
            "time BETWEEN '2025-06-01 12:01:00' AND toDateTime64('2025-06-01 12:02:00', 3)",
            "time = '2025-06-01 12:03:00'",
        ),
        *("time > 1748779260", "time < today()", "time > toDate('2025-06-01')", "NOT (time > '2025-06-01 12:01:00')"),
        *(
            "time > '2025-06-01T12:01:00'",
            "time > fromUnixTimestamp64Nano(1748779260000000000)",
            "name != '' AND time < now()",
        ),
    ],
)
def test_rows_are_the_same_as_without(blue_and_green: Told, condition: str) -> None:
    """Behind a subquery that hides the view nothing can go inside."""
    columns = "SELECT time, resource, name, value FROM"
    order = "ORDER BY resource, name, time"
    direct = blue_and_green.rows(f"{columns} measures WHERE {condition} {order}")
    hidden = f"(SELECT * FROM measures WHERE rand() >= 0) AS m WHERE {condition}"
    assert blue_and_green.rows(f"{columns} {hidden} {order}") == direct
    assert direct
