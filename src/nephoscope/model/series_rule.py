# SPDX-License-Identifier: Apache-2.0
"""Rules of which each group, resource or row is decided by itself, as an instance of one alarm."""

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec

from nephoscope.model.archive_policy import METHODS
from nephoscope.model.comparison import GRANULARITY_S_MAX, PERIODS_MAX, Comparison
from nephoscope.model.errors import InvalidInput, NephoscopeError
from nephoscope.model.search import read_query, with_resource_ids
from nephoscope.model.text import TEXT_LENGTH_MAX, is_storable

WEEK_S = 604_800
YEAR_S = 366 * 86_400
SEASONS_MAX = 12
GROUP_BY_MAX = 8
QUERY_LENGTH_MAX = 20_000
EVERY_S_MIN, EVERY_S_MAX = 10, 86_400
# How the series of an instance are put together.
ACROSS = ("mean", "median", "std", "min", "max", "sum", "var", "count")


class Earlier(msgspec.Struct, frozen=True, kw_only=True, tag="earlier"):
    """
    A value v is compared with e, the value `offset_s` before it; what is judged is then, by `how`:

    difference   v - e
    ratio        v / e; nothing where e is 0
    percent      100 * (v - e) / |e|; nothing where e is 0
    """

    offset_s: int
    how: Literal["difference", "ratio", "percent"] = "percent"


class Band(msgspec.Struct, frozen=True, kw_only=True, tag="band"):
    """
    A value is compared with what is usual at that time of the season: `threshold` counts deviations from it.

    Usual are the median of the same bucket and its two neighbours in each of the last `seasons` seasons, and around it
    the scaled median absolute deviation. `direction` says on which side of it a value is away.
    """

    season_s: int = WEEK_S
    seasons: int = 4
    direction: Literal["above", "below", "both"] = "both"


class SeriesRule(msgspec.Struct, frozen=True, kw_only=True, tag="series"):
    """
    The metrics of that name of all resources that a search finds (`query`, as JSON text; "" for all).

    Each series is read with a method that its archive policy keeps (`rate:mean`: rates of each resource). Without
    `across` each resource is an instance; with it the series of an instance are put together: all of them, or those
    whose resources have the same values of `group_by`. Of an instance the newest `evaluation_periods` closed buckets,
    each `granularity` seconds wide, are judged: beyond where `value comparison_operator threshold`.
    """

    metric: str
    threshold: float
    resource_type: str = "generic"
    query: str = ""
    aggregation_method: str = "mean"
    across: str | None = None
    group_by: tuple[str, ...] = ()
    compare: Earlier | Band | None = None
    comparison_operator: Comparison = "gt"
    evaluation_periods: int = 1
    granularity: int = 60


class SqlRule(msgspec.Struct, frozen=True, kw_only=True, tag="sql"):
    """
    A statement over the views of SQL, run every `every_s` seconds: each row is an instance, its texts are the labels.

    A row is beyond where `value comparison_operator threshold` holds of its column `value`; "": where it is at all.
    """

    sql: str
    value: str = ""
    threshold: float = 0.0
    comparison_operator: Comparison = "gt"
    every_s: int = 60


InstanceRule: TypeAlias = SeriesRule | SqlRule


def check_series_rule(rule: SeriesRule, where: Sequence[str] = ()) -> None:
    """
    Refuse, as InvalidInput with the path below `where`, a rule that cannot be meant so.

    Whether there are such resources and attributes is not looked at: they come and go.
    """
    _check_text("metric", rule.metric, where)
    _check_text("resource_type", rule.resource_type, where)
    _check_query(rule.query, where)
    if rule.aggregation_method not in METHODS:
        known = "mean, min, max, sum, count, std, median, first, last, 1pct to 99pct"
        raise _refused("aggregation_method", f"expected one of {known}, or rate: and one of these", where)
    if rule.across is not None and rule.across not in ACROSS:
        rates = "; rates are taken of each resource, by aggregation_method" if rule.across.startswith("rate:") else ""
        raise _refused("across", f"expected one of {', '.join(ACROSS)}, or null{rates}", where)
    _check_group_by(rule, where)
    _check_number("threshold", rule.threshold, where)
    _check_within("evaluation_periods", rule.evaluation_periods, 1, PERIODS_MAX, where)
    _check_within("granularity", rule.granularity, 1, GRANULARITY_S_MAX, where)
    match rule.compare:
        case Earlier() as earlier:
            _check_span("offset_s", earlier.offset_s, rule.granularity, (*where, "compare"))
        case Band() as band:
            _check_band(rule, band, where)


def check_sql_fields(rule: SqlRule, where: Sequence[str] = ()) -> None:
    """As `check_series_rule`, but for the statement itself."""
    if not is_storable(rule.sql):
        raise _refused("sql", "expected no NUL and no unpaired surrogates", where)
    if len(rule.sql) > QUERY_LENGTH_MAX:
        raise _refused("sql", f"expected at most {QUERY_LENGTH_MAX} characters, there are {len(rule.sql)}", where)
    if rule.value:
        _check_text("value", rule.value, where)
    _check_number("threshold", rule.threshold, where)
    _check_within("every_s", rule.every_s, EVERY_S_MIN, EVERY_S_MAX, where)


def _check_group_by(rule: SeriesRule, where: Sequence[str]) -> None:
    if rule.group_by and rule.across is None:
        raise _refused("group_by", "goes with across; without it each resource is an instance of its own", where)
    if len(rule.group_by) > GROUP_BY_MAX:
        raise _refused("group_by", f"expected at most {GROUP_BY_MAX} attributes", where)
    if len(set(rule.group_by)) < len(rule.group_by):
        raise _refused("group_by", "expected each attribute once", where)
    for place, name in enumerate(rule.group_by):
        _check_text(str(place), name, (*where, "group_by"))


def _check_query(query: str, where: Sequence[str]) -> None:
    if not query:
        return
    if len(query) > QUERY_LENGTH_MAX:
        raise _refused("query", f"expected at most {QUERY_LENGTH_MAX} characters, there are {len(query)}", where)
    try:
        with_resource_ids(read_query(msgspec.json.decode(query)), None)
    except msgspec.DecodeError as error:
        raise _refused("query", f"not JSON: {error}", where) from None
    except NephoscopeError as error:
        raise _refused("query", error.reason or error.message, where) from None


def _check_band(rule: SeriesRule, band: Band, where: Sequence[str]) -> None:
    here = (*where, "compare")
    _check_within("seasons", band.seasons, 1, SEASONS_MAX, here)
    _check_span("season_s", band.season_s, rule.granularity, here)
    if band.season_s <= 2 * rule.granularity:
        raise _refused("season_s", f"expected more than two buckets of {rule.granularity} s", here)
    if rule.threshold <= 0:
        raise _refused("threshold", "expected a number of deviations above 0", where)
    if rule.comparison_operator not in {"gt", "ge"}:
        raise _refused("comparison_operator", "a band takes gt or ge; compare.direction says on which side", where)


def _check_span(name: str, value_s: int, granularity_s: int, where: Sequence[str]) -> None:
    _check_within(name, value_s, granularity_s, YEAR_S, where)
    if value_s % granularity_s:
        raise _refused(name, f"expected a multiple of the granularity, {granularity_s} s", where)


def _check_text(name: str, text: str, where: Sequence[str]) -> None:
    if not (1 <= len(text) <= TEXT_LENGTH_MAX and is_storable(text)):
        raise _refused(name, f"expected 1 to {TEXT_LENGTH_MAX} characters, no NUL and no unpaired surrogates", where)


def _check_number(name: str, value: float, where: Sequence[str]) -> None:
    if not math.isfinite(value):
        raise _refused(name, "expected a finite number", where)


def _check_within(name: str, value: int, least: int, most: int, where: Sequence[str]) -> None:
    if not least <= value <= most:
        raise _refused(name, f"expected {least} to {most}, found {value}", where)


def _refused(name: str, why: str, where: Sequence[str]) -> InvalidInput:
    return InvalidInput(f"{name}: {why}", [*where, name])
