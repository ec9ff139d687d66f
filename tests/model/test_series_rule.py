# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Rules with instances, as they are kept and written, and what is refused of them."""

from typing import Any

import msgspec
import pytest

from nephoscope.model.alarm_body import rule_body
from nephoscope.model.alarm_rule import Composite, Rule
from nephoscope.model.errors import InvalidInput
from nephoscope.model.series_rule import ACROSS, Band, Earlier, SeriesRule, SqlRule, check_series_rule
from nephoscope.query.operations.methods import METHODS

LATE = "x" * 256


def rule(**more: Any) -> SeriesRule:
    return SeriesRule(**{"metric": "cpu", "threshold": 50.0, **more})


@pytest.mark.parametrize(
    "kept",
    [
        rule(),
        rule(across="sum", group_by=("server_group", "host"), compare=Earlier(offset_s=3600, how="ratio")),
        rule(compare=Band(seasons=2, direction="above")),
        SqlRule(sql="SELECT 1"),
        Composite(operator="or", rules=(rule(), SqlRule(sql="SELECT 1", value="n", threshold=2.0))),
    ],
)
def test_a_rule_is_kept_as_it_is_written(kept: Rule) -> None:
    assert kept == msgspec.json.decode(msgspec.json.encode(kept), type=Rule)


def test_a_rule_is_shown_with_how_it_compares() -> None:
    assert {
        "metric": "cpu",
        "threshold": 3.0,
        "resource_type": "generic",
        "query": "",
        "aggregation_method": "mean",
        "across": None,
        "group_by": [],
        "compare": {"type": "band", "season_s": 604800, "seasons": 4, "direction": "both"},
        "comparison_operator": "gt",
        "evaluation_periods": 1,
        "granularity": 60,
    } == rule_body(rule(threshold=3.0, compare=Band()))
    parts = rule_body(Composite(operator="and", rules=(SqlRule(sql="SELECT 1"),)))
    assert "sql" == parts["and"][0]["type"]


@pytest.mark.parametrize(
    "accepted",
    [
        rule(),
        rule(aggregation_method="rate:mean", across="sum", group_by=("project_id",)),
        rule(query='{"and": [{"=": {"server_group": "web"}}, {"=": {"id": "vm-1"}}]}'),
        rule(compare=Earlier(offset_s=86400), comparison_operator="lt", threshold=-20.0),
        rule(compare=Band(season_s=86400, seasons=7), threshold=3.0, granularity=300),
    ],
)
def test_what_can_be_meant_is_accepted(accepted: SeriesRule) -> None:
    check_series_rule(accepted)


@pytest.mark.parametrize(
    ("refused", "told", "field"),
    [
        (rule(metric=""), "metric: expected 1 to 255 characters", ["metric"]),
        (rule(metric="a\0"), "metric: expected 1 to 255 characters, no NUL", ["metric"]),
        (rule(resource_type=LATE), "resource_type: expected 1 to 255 characters", ["resource_type"]),
        (rule(query="{"), "query: not JSON: ", ["query"]),
        (rule(query='{"=": 1}'), "query: expected a dictionary with one attribute @ data['=']", ["query"]),
        (rule(query='{"=": {"id": "a/b"}}'), "query: '/' is not supported in resource id", ["query"]),
        (rule(query=f'"{LATE * 100}"'), "query: expected at most 20000 characters, there are 25602", ["query"]),
        (rule(aggregation_method="average"), "aggregation_method: expected one of mean, min,", ["aggregation_method"]),
        (rule(across="avg"), "across: expected one of mean, median, std, min, max, sum, var, count, or", ["across"]),
        (rule(across="rate:mean"), "across: expected one of", ["across"]),
        (rule(group_by=("host",)), "group_by: goes with across", ["group_by"]),
        (rule(across="sum", group_by=("host", "host")), "group_by: expected each attribute once", ["group_by"]),
        (rule(across="sum", group_by=tuple("abcdefghi")), "group_by: expected at most 8", ["group_by"]),
        (rule(across="sum", group_by=("host", "")), "1: expected 1 to 255 characters", ["group_by", "1"]),
        (rule(threshold=float("inf")), "threshold: expected a finite number", ["threshold"]),
        (rule(evaluation_periods=0), "evaluation_periods: expected 1 to 100, found 0", ["evaluation_periods"]),
        (rule(granularity=0), "granularity: expected 1 to 31536000, found 0", ["granularity"]),
        (rule(compare=Earlier(offset_s=90)), "offset_s: expected a multiple of the", ["compare", "offset_s"]),
        (rule(compare=Earlier(offset_s=0)), "offset_s: expected 60 to 31622400, found 0", ["compare", "offset_s"]),
        (rule(compare=Band(season_s=120)), "season_s: expected more than two buckets", ["compare", "season_s"]),
        (rule(compare=Band(season_s=100)), "season_s: expected a multiple", ["compare", "season_s"]),
        (rule(compare=Band(seasons=13)), "seasons: expected 1 to 12, found 13", ["compare", "seasons"]),
        (rule(compare=Band(), threshold=0.0), "threshold: expected a number of deviations above 0", ["threshold"]),
        (rule(compare=Band(), comparison_operator="lt"), "comparison_operator: a band takes", ["comparison_operator"]),
    ],
)
def test_what_cannot_be_meant_is_refused(refused: SeriesRule, told: str, field: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_series_rule(refused, ("rule",))
    assert caught.value.reason.startswith(told)
    assert ["rule", *field] == caught.value.detail


def test_series_are_put_together_as_everywhere() -> None:
    assert set(METHODS) == set(ACROSS)
