# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Nobody sees a row of another project, whatever the statement."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.model.errors import BadRequest
from nephoscope.query.sql.narrow import Narrower, Reach, columns_of
from nephoscope.query.sql.views import VIEWS
from nephoscope.store import schema
from tests.query.sql.told import EVERYTHING, NOBODY, SECRET, SECRET_VALUE, Told

COUNTS = {"measures": 20, "aggregates": 20, "metrics": 4, "resources": 2, "events": 2, "dead_letters": 1}
TABLES = [table.name for migration in schema.MIGRATIONS for table in migration]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_holds_the_rows_of_ones_project_and_no_others(blue_and_green: Told, view: str) -> None:
    mine = blue_and_green.ask(f"SELECT * FROM {view}")
    assert COUNTS[view] == len(mine.rows)
    assert SECRET not in str(mine.rows)
    assert str(int(SECRET_VALUE)) not in str(mine.rows)
    assert [column.name for column in VIEWS[view].columns] == [column.name for column in mine.columns]
    assert [column.type for column in VIEWS[view].columns] == [
        column.type.replace("LowCardinality(String)", "String") for column in mine.columns
    ]


@pytest.mark.parametrize("view", VIEWS)
def test_who_sees_everything_sees_it(blue_and_green: Told, view: str) -> None:
    everything = blue_and_green.rows(f"SELECT * FROM {view}", EVERYTHING)
    assert 2 * COUNTS[view] + (view == "dead_letters") == len(everything)
    assert SECRET in str(everything)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("reach", [NOBODY, Reach(), Reach(project_id="bl"), Reach(project_id="' OR 1 --")])
def test_who_owns_nothing_sees_nothing(blue_and_green: Told, view: str, reach: Reach) -> None:
    assert [] == blue_and_green.rows(f"SELECT * FROM {view}", reach)


def test_what_somebody_made_is_its_own_in_whatever_project(blue_and_green: Told) -> None:
    assert 4 == blue_and_green.value("SELECT count() FROM metrics", Reach(creator="gus:green"))
    assert 8 == blue_and_green.value("SELECT count() FROM metrics", Reach(project_id="blue", creator="gus:green"))


def test_every_view_reads_tables_that_there_are_and_no_query_is_named_like_one() -> None:
    assert {view.table for view in VIEWS.values()} <= set(TABLES)
    assert [] == [name for name in TABLES if name.startswith("with_")]


def test_parameters_are_the_only_place_of_what_is_the_callers() -> None:
    made = Narrower("nephoscope", Reach(project_id="p'\\", creator="c'\\")).statement("SELECT * FROM metrics")
    assert {"nephoscope_project": "p'\\", "nephoscope_creator": "c'\\"} == made.parameters
    assert "p'" not in made.sql


@pytest.mark.parametrize(
    "condition",
    [
        "toUInt64(attributes['rack']) = 1",
        "toDate(attributes['rack']) > today()",
        "arrayElement([1, 2], if(attributes['rack'] = 'verdant', 0, 1)) = 1",
        "accurateCast(resource, 'UInt8') = 1",
        "match(name, concat('(', name))",
    ],
)
@pytest.mark.parametrize("view", ["measures", "metrics"])
def test_no_error_tells_of_anybody_elses_rows(blue_and_green: Told, view: str, condition: str) -> None:
    """A function that fails on a foreign value would tell that value, or at least that it is there."""
    told = told_by(blue_and_green, f"SELECT * FROM {view} WHERE {condition}")
    assert SECRET not in told.replace(condition, "")


def test_a_function_fails_only_on_rows_of_ones_own(blue_and_green: Told) -> None:
    """Value 4242 is in every row of the other project, in none of this one."""
    text = "SELECT count() FROM measures WHERE intDiv(1, toInt64(value) - 4242) < 5"
    assert 20 == blue_and_green.value(text)
    with pytest.raises(BadRequest, match="ivision by zero"):
        blue_and_green.ask(text, EVERYTHING)
    letters = "SELECT count() FROM dead_letters WHERE intDiv(1, position(record, 'verdant') = 0) = 1"
    assert 1 == blue_and_green.value(letters)
    with pytest.raises(BadRequest, match="ivision by zero"):
        blue_and_green.ask(letters, EVERYTHING)


NAMES = st.sampled_from(["measures", "metrics", "rollups", "names", "a", "dead_letters", "resources"])
VALUES = st.sampled_from(
    [
        *(
            "*",
            "1",
            "name",
            "rollups.*",
            "a.*",
            "measures.*",
            "COLUMNS('.')",
            "1 AS rollups",
            "count()",
            "1 AS measures",
        ),
        *("x -> rollups", "1 IN names", "'green' IN (names)", "(SELECT any(name) FROM names)", "max(project_id)"),
        *("groupArray(resource)", "any(attributes)", "(SELECT groupArray(record) FROM dead_letters)", "project_id"),
        *("(SELECT max(project_id) FROM measures)", "arrayMap(x -> x, groupArray(name))", "toString(value)"),
    ]
)
CONDITIONS = st.sampled_from(
    [
        *("1", "project_id = 'green'", "1 OR project_id = 'green'", "value = 4242", "name = 'cpu.util'"),
        *("time > '2020-01-01' OR 1", "resource LIKE 'v%' OR 1 = 1", "name IN (SELECT name FROM measures)"),
        *("NOT (project_id = 'blue')", "exists(SELECT 1 FROM a)", "attributes['rack'] = 'verdant'"),
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
    joined = st.one_of(
        source,
        st.builds("{}, {}".format, source, source),
        st.builds("{} LEFT JOIN {} ON 1 = 1".format, source, source),
        st.builds("{} AS l FULL JOIN {} AS r ON l.name = r.name".format, NAMES, NAMES),
        st.builds("{} ARRAY JOIN [1] AS y".format, source),
    )
    plain = st.builds("{} SELECT {} FROM {} WHERE {}".format, clauses, VALUES, joined, CONDITIONS)
    return plain | st.builds("{} UNION ALL {}".format, inner, inner)


STATEMENTS = st.recursive(st.builds("SELECT {} FROM {}".format, VALUES, NAMES), selects, max_leaves=6)


@given(text=STATEMENTS)
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_statement_finds_what_is_another_projects(blue_and_green: Told, text: str) -> None:
    """Names are played against each other; whatever is let through is run."""
    told = told_by(blue_and_green, text)
    # What a message repeats of the statement is no news.
    for known in (text, "'verdant'", "'green'", "4242") if told.startswith("!") else ():
        told = told.replace(known, "")
    assert SECRET not in told
    assert str(int(SECRET_VALUE)) not in told
    assert "green" not in told


def told_by(blue_and_green: Told, text: str) -> str:
    """The rows, or the message behind an exclamation mark."""
    try:
        return msgspec.json.encode(blue_and_green.rows(text)).decode()
    except BadRequest as error:
        return f"!{error.message}"


def test_the_made_up_statements_would_find_it_without_narrowing(blue_and_green: Told) -> None:
    """Or else the test above proves nothing."""
    seen = []

    @given(text=STATEMENTS)
    @settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    def collect(text: str) -> None:
        try:
            seen.append(SECRET in str(blue_and_green.rows(text, EVERYTHING)))
        except BadRequest:
            seen.append(False)

    collect()
    assert 10 < sum(seen)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT resource, max(value) AS v FROM measures GROUP BY resource",
        "SELECT name AS n, 1 AS \"a b\" FROM metrics UNION ALL SELECT 'x', 2",
        "WITH a AS (SELECT name FROM metrics) SELECT name FROM a",
    ],
)
def test_the_names_of_columns_are_those_that_the_engine_gives(blue_and_green: Told, text: str) -> None:
    assert columns_of(text) == [column.name for column in blue_and_green.ask(text).columns]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM metrics",
        "SELECT m.* FROM metrics AS m",
        "SELECT COLUMNS('n') FROM metrics",
        "SELECT count() FROM metrics",
        "SELECT m.name, r.name FROM metrics AS m JOIN resources AS r ON m.resource_id = r.id",
    ],
)
def test_names_of_columns_that_the_engine_makes_are_left_to_it(text: str) -> None:
    assert columns_of(text) is None


def test_names_of_columns_are_told_of_allowed_statements_only() -> None:
    with pytest.raises(BadRequest, match="there is no view nowhere"):
        columns_of("SELECT x FROM nowhere")
