# SPDX-License-Identifier: Apache-2.0
"""
Every recorded request for aggregates, for old aggregations, for a search by value and for a resampled series, computed
over series built from the case's measures by the plain definition.
"""

import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from nephoscope.model import timespan
from nephoscope.model.errors import BadRequest
from nephoscope.query.operations import (
    CALENDAR_STEPS,
    Outcome,
    Part,
    Reference,
    SeriesTable,
    Step,
    choose_granularities,
    compile_predicate,
    compute,
    parse,
    parse_fill,
    reaggregate,
    references,
    resample,
)
from tests.query.operations.series import nanoseconds, stored, table_of

Case = dict[str, Any]
Named = tuple[Reference, str]

RECORDED: list[Case] = json.loads((Path(__file__).parents[2] / "data" / "gnocchi_examples.json").read_text())

# What these ask is answered from the index, before anything is computed: which metric, type or method exists.
ASKED_OF_THE_INDEX = {
    "aggregates: aggregation not stored is an error",
    "aggregates over resources, unknown metric name",
    "error: aggregates with an unknown metric",
    "error: aggregates with a reference that is no uuid",
    "error: aggregates with an unknown resource type",
}


def cases(prefix: str, *, index: bool = False) -> list[Any]:
    return [
        pytest.param(case, id=case["name"])
        for case in RECORDED
        if case["query"]["path"].startswith(prefix) and (case["name"] in ASKED_OF_THE_INDEX) is index
    ]


def resampled_cases() -> list[Any]:
    return [
        pytest.param(case, id=case["name"])
        for case in RECORDED
        if case["query"]["path"] == "/v1/metric/{m1}/measures"
        and "resample" in case["query"].get("params", {})
        and case["expected"]["status"] == 200
    ]


@pytest.mark.parametrize("case", cases("/v1/aggregates"))
def test_an_aggregates_request_is_answered_as_recorded(case: Case) -> None:
    assert_recorded(case, lambda: aggregates(case))


@pytest.mark.parametrize("case", cases("/v1/aggregation/"))
def test_an_old_aggregation_is_answered_as_recorded(case: Case) -> None:
    assert_recorded(case, lambda: aggregation(case))


@pytest.mark.parametrize("case", cases("/v1/search/metric"))
def test_a_search_by_value_is_answered_as_recorded(case: Case) -> None:
    assert_recorded(case, lambda: search(case))


@pytest.mark.parametrize("case", resampled_cases())
def test_a_stored_series_is_resampled_as_recorded(case: Case) -> None:
    assert_recorded(case, lambda: resampled(case))


@pytest.mark.parametrize("case", cases("/v1/aggregates", index=True))
def test_what_the_index_will_refuse_is_read_and_its_reference_is_handed_on(case: Case) -> None:
    (reference,) = references(parse(case["query"]["body"]["operations"]))
    refused = json.dumps(case["expected"]["body"]["description"])
    assert reference.ref in refused or case["query"]["body"].get("resource_type", "no type") in refused


def test_the_recorded_cases_are_all_here() -> None:
    counts = {prefix: len(cases(prefix)) for prefix in ("/v1/aggregates", "/v1/aggregation/", "/v1/search/metric")}
    assert counts == {"/v1/aggregates": 49, "/v1/aggregation/": 6, "/v1/search/metric": 1}
    assert len(cases("/v1/aggregates", index=True)) == len(ASKED_OF_THE_INDEX)
    assert len(resampled_cases()) == 6


def assert_recorded(case: Case, answer: Callable[[], Any]) -> None:
    expected = case["expected"]
    if expected["status"] == 200:
        assert_alike(without_references(expected["body"]), answer())
        return
    with pytest.raises(BadRequest) as refusal:
        answer()
    problem = refusal.value
    given = {"cause": problem.cause, "reason": problem.reason, "detail": problem.detail}
    assert expected["body"]["description"] == given
    assert expected["status"] == 400


def assert_alike(expected: Any, given: Any) -> None:
    """Compare answers; "NaN" stands for that number, other numbers agree to 1e-9."""
    if isinstance(expected, dict):
        assert expected.keys() == given.keys()
        for key, value in expected.items():
            assert_alike(value, given[key])
    elif isinstance(expected, list):
        assert len(expected) == len(given)
        for left, right in zip(expected, given, strict=True):
            assert_alike(left, right)
    elif expected == "NaN":
        assert math.isnan(given)
    elif isinstance(expected, float):
        assert given == pytest.approx(expected, rel=1e-9)
    else:
        assert expected == given


def without_references(body: Any) -> Any:
    return {key: value for key, value in body.items() if key != "references"} if isinstance(body, dict) else body


def aggregates(case: Case) -> Any:
    params, body = case["query"].get("params", {}), case["query"]["body"]
    tree = parse(body["operations"])
    if "resource_type" not in body:
        named = [(reference, reference.ref.strip("{}")) for reference in references(tree)]
        outcome = computed(case, tree, named)
        return {"measures": by_metric(outcome, named)}
    attributes = as_list(params.get("groupby"))
    if not attributes:
        found = matching(case)
        named = named_in(found, references(tree))
        return {"measures": by_resource(computed(case, tree, named), named, found)}
    answer = []
    for group, found in groups(matching(case), attributes):
        named = named_in(found, references(tree))
        inner = by_resource(computed(case, tree, named), named, found)
        answer.append({"group": group, "measures": {"measures": inner}})
    return answer


def computed(case: Case, tree: Any, named: Sequence[Named]) -> Outcome:
    params = case["query"].get("params", {})
    return compute(
        tree,
        tables(case, named),
        [reference for reference, _ in named],
        fill=parse_fill(params["fill"]) if "fill" in params else None,
        needed_overlap=float(params["needed_overlap"]) if "needed_overlap" in params else None,
        start_ns=nanoseconds(params["start"]) if "start" in params else None,
        stop_ns=nanoseconds(params["stop"]) if "stop" in params else None,
    )


def aggregation(case: Case) -> Any:
    params = case["query"]["params"]
    if "metric" in params:
        return old_answer(case, [metric.strip("{}") for metric in as_list(params["metric"])])
    found = matching(case)
    if "groupby" not in params:
        return old_answer(case, [resource["metrics"]["cpu"] for resource in found])
    return [
        {"group": group, "measures": old_answer(case, [resource["metrics"]["cpu"] for resource in members])}
        for group, members in groups(found, as_list(params["groupby"]))
    ]


def old_answer(case: Case, aliases: Sequence[str]) -> list[list[Any]]:
    params = case["query"]["params"]
    named = [(Reference(f"{{{alias}}}", params["aggregation"]), alias) for alias in aliases]
    outcome = reaggregate(
        tables(case, named),
        [reference for reference, _ in named],
        params["aggregation"],
        params.get("reaggregation"),
        resample_to=step(params["resample"]) if "resample" in params else None,
    )
    return rows(outcome.series[0].parts)


def search(case: Case) -> Any:
    params = case["query"]["params"]
    matches = compile_predicate(case["query"]["body"])
    answer = {}
    for metric in params["metric_id"]:
        named = [(Reference(metric, params["aggregation"]), metric.strip("{}"))]
        parts = []
        for granularity_ns, table in tables(case, named).items():
            hits = matches(table.values[0])
            parts.append(Part(granularity_ns, table.times_ns[hits], table.values[0][hits]))
        answer[metric] = rows(parts)
    return answer


def resampled(case: Case) -> list[list[Any]]:
    params = case["query"]["params"]
    named = [(Reference("{m1}", params["aggregation"]), "m1")]
    (table,) = tables(case, named).values()
    times_ns, values = resample(table.times_ns, table.values, step(params["resample"]), params["aggregation"])
    return rows([Part(step(params["resample"]), times_ns, values[0])])


def tables(case: Case, named: Sequence[Named]) -> dict[int, SeriesTable]:
    kept = [timespan.parse(item["granularity"]) for item in case["archive_policy"]["definition"]]
    asked = case["query"].get("params", {}).get("granularity")
    chosen = choose_granularities(
        [(reference, kept) for reference, _ in named], timespan.parse(asked) if asked is not None else None
    )
    return {
        granularity_ns: table_of(
            *(stored(case["measures"][alias], reference.method, granularity_ns) for reference, alias in named),
            granularity_ns=granularity_ns,
        )
        for granularity_ns in chosen
    }


def step(text: str) -> Step:
    return text if text in CALENDAR_STEPS else timespan.parse(text)  # type: ignore[return-value]


def by_metric(outcome: Outcome, named: Sequence[Named]) -> dict[str, Any]:
    if outcome.aggregated:
        return {"aggregated": rows(outcome.series[0].parts)}
    answer: dict[str, Any] = {}
    for series in outcome.series:
        assert series.position is not None
        reference, _ = named[series.position]
        answer.setdefault(reference.ref, {})[reference.method] = rows(series.parts)
    return answer


def by_resource(outcome: Outcome, named: Sequence[Named], found: Sequence[Case]) -> dict[str, Any]:
    if outcome.aggregated:
        return {"aggregated": rows(outcome.series[0].parts)}
    answer: dict[str, Any] = {}
    for series in outcome.series:
        assert series.position is not None
        reference, alias = named[series.position]
        owner = next(resource for resource in found if alias in resource["metrics"].values())
        name = next(name for name, held in owner["metrics"].items() if held == alias)
        answer.setdefault(f"{{{owner['alias']}}}", {}).setdefault(name, {})[reference.method] = rows(series.parts)
    return answer


def rows(parts: Sequence[Part]) -> list[list[Any]]:
    return [
        [
            datetime.fromtimestamp(time // 10**9, UTC).isoformat(),
            timespan.seconds(part.step) if isinstance(part.step, int) else part.step,
            value,
        ]
        for part in parts
        for time, value in zip(part.times_ns.tolist(), part.values.tolist(), strict=True)
    ]


def matching(case: Case) -> list[Case]:
    """The resources a recorded search means: all of the case, or those of one project."""
    body = case["query"]["body"]
    wanted = body.get("search", body)
    if wanted == {"like": {"project_id": "{run}-%"}}:
        return list(case["resources"])
    assert wanted.startswith("project_id = ")
    project = wanted.removeprefix("project_id = ").strip("'")
    return [resource for resource in case["resources"] if resource["attributes"]["project_id"] == project]


def named_in(found: Sequence[Case], wanted: Sequence[Reference]) -> list[Named]:
    """The metrics of resources that a reference means; the recorded ones are `cpu` and the glob `c*`."""
    assert {reference.ref for reference in wanted} <= {"cpu", "c*"}
    return [(reference, resource["metrics"]["cpu"]) for reference in wanted for resource in found]


def groups(found: Sequence[Case], attributes: Sequence[str]) -> list[tuple[dict[str, str], list[Case]]]:
    def key(resource: Case) -> tuple[str, ...]:
        return tuple(resource["attributes"][attribute] for attribute in attributes)

    return [
        (dict(zip(attributes, values, strict=True)), list(members))
        for values, members in groupby(sorted(found, key=key), key)
    ]


def as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]
