# SPDX-License-Identifier: Apache-2.0
"""Rules whose values a Prometheus knows: one instant query each, and every series that it yields is a value."""

import math
from collections.abc import Collection
from typing import Any

from nephoscope.alarm.http_json import Asker
from nephoscope.alarm.verdicts import Verdict, judge_values, unknown
from nephoscope.model.alarm import RETRIEVAL_FAILED
from nephoscope.model.alarm_rule import PrometheusThreshold
from nephoscope.model.errors import NephoscopeError


class Prometheus:
    """Judges rules by what a Prometheus answers now; safe from any thread."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def close(self) -> None:
        """Let go of the connections."""
        self._asker.close()

    def verdicts(self, rules: Collection[PrometheusThreshold]) -> dict[PrometheusThreshold, Verdict]:
        """The verdict about each rule; unknown, with the reason, where there is no answer or nothing in it."""
        answers = {query: self._values(query) for query in {rule.query for rule in rules}}
        return {rule: verdict_of(rule, answers[rule.query]) for rule in rules}

    def _values(self, query: str) -> list[float] | str:
        """The values of a query, or what went wrong."""
        try:
            return _values(self._asker.ask("GET", "/api/v1/query", {"query": query}))
        except NephoscopeError as error:
            return error.message


def verdict_of(rule: PrometheusThreshold, values: list[float] | str) -> Verdict:
    """The verdict about a rule whose query has these values, or failed so."""
    if isinstance(values, str):
        return unknown(RETRIEVAL_FAILED + values, 0)
    if not values:
        return unknown("datapoints are unknown: no series is the result of the query", 0)
    return judge_values(values, rule.threshold, rule.comparison_operator)


def _values(answer: Any) -> list[float]:
    """The numbers in an answer, whatever its shape: a vector's, or a scalar."""
    data = answer.get("data") if isinstance(answer, dict) else None
    result = data.get("result") if isinstance(data, dict) else None
    if not isinstance(result, list):
        return []
    if isinstance(data, dict) and data.get("resultType") == "scalar":
        return _number(result)
    return [value for each in result if isinstance(each, dict) for value in _number(each.get("value"))]


def _number(pair: Any) -> list[float]:
    """The value of a (time, text) pair, none for what is not finite."""
    try:
        value = float(pair[1])
    except (TypeError, ValueError, IndexError):
        return []
    return [value] if math.isfinite(value) else []
