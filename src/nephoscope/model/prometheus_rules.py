# SPDX-License-Identifier: Apache-2.0
"""
Prometheus' alerting rules as alarms: of type `prometheus`, which a Prometheus is asked about, or as series of our own.

An alert fires as soon as one series is in its result, an alarm of type `prometheus` when all values of its query are
beyond the threshold; so the query asks for the worst value, or for how many there are:

    expr                                query                                   holds
    x > 5, x >= 5                       max(x)                                  > 5, >= 5
    x < 5, x <= 5                       min(x)                                  < 5, <= 5
    anything else                       count(EXPR) or vector(0)                > 0
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nephoscope.model.alarm_file import BOUNDS
from nephoscope.model.errors import BadRequest
from nephoscope.model.promql import Compared, Matcher, Selection, bare, compared, selection, span_s
from nephoscope.model.yaml_checks import given, given_text, ignored
from nephoscope.model.yaml_tree import Part, list_of, map_of, read_tree, required, text_of

GROUP_KEYS = ("name", "interval", "query_offset", "limit", "labels", "rules")
RULE_KEYS = ("alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations")
SEVERITIES = {
    **dict.fromkeys(("critical", "page", "emergency", "fatal", "error", "high", "major"), "critical"),
    **dict.fromkeys(("moderate", "warning", "warn", "medium", "minor"), "moderate"),
    **dict.fromkeys(("low", "info", "informational", "none", "notice"), "low"),
}
"""What others call severities, and what we do."""

WORST = {"gt": "max", "ge": "max", "lt": "min", "le": "min"}
_TEMPLATE = re.compile(r"\{\{")
_LITERALS = re.compile(r"[^.*+?^$(){}\[\]\\]+")
_BEGINNING = re.compile(r"([^.*+?^$(){}\[\]\\|%_]+)\.[*]")


@dataclass(frozen=True)
class Native:
    """
    That alarms become series of our own: of which type of resources, and at which granularity, s.

    Without a granularity it is the range of a rate, and a minute else. `attributes` are what labels are called here.
    """

    resource_type: str = "generic"
    granularity_s: int | None = None
    method: str = "mean"
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Converted:
    """
    What a file has become: bodies of alarms with where each came from; sentences about what was left out.

    `problems` name file, line, alert, and why it cannot be evaluated here.
    """

    bodies: list[dict[str, Any]] = field(default_factory=list)
    places: list[Part] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def convert(text: str, file: str, native: Native | None = None) -> Converted:
    """The alarms that a file of rules becomes. BadRequest with file, line and key where it is no file of rules."""
    root = read_tree(text, file, BOUNDS)
    found = Converted(warnings=list(ignored(root, ("groups",))))
    groups = required(root, map_of(root, ("groups",)), "groups", "a list of groups of rules")
    alerts = [each for group in list_of(groups, "a list of groups of rules") for each in _alerts(group, found)]
    names = Counter(text_of(each.name, "a name") for each, _ in alerts)
    taken: dict[str, int] = {}
    for alert, labels in alerts:
        try:
            body = alert.body(labels, native, found.warnings, is_twice=names[str(alert.name.value)] > 1)
        except BadRequest as error:
            found.problems.append(f"{file}:{alert.expr.line}: {alert.name.value}: {error.message}")
            continue
        first = taken.setdefault(body["name"], alert.name.line)
        if first != alert.name.line:
            found.problems.append(f"{file}:{alert.name.line}: {body['name']}: the name of the alert in line {first}")
            continue
        found.bodies.append(body)
        found.places.append(alert.part)
    return found


@dataclass(frozen=True)
class _Alert:
    """One alerting rule, as it is written."""

    part: Part
    name: Part
    expr: Part
    waits: Mapping[str, Part]
    annotations: Mapping[str, str]

    def body(self, labels: Mapping[str, str], native: Native | None, warnings: list[str], *, is_twice: bool) -> Any:
        """As our own API takes it. BadRequest for what cannot be evaluated."""
        kind, rule = _rule(str(self.expr.value), native)
        name = str(self.name.value)
        if is_twice and "severity" in labels:
            name = f"{name} ({labels['severity']})"
        body: dict[str, Any] = {"name": name, "type": kind, "rule": rule}
        if self.annotations:
            body["description"] = _described(self.annotations)
        body |= self._severity(labels, warnings)
        if behaviour := {key: span_s(str(part.value)) for key, part in self.waits.items()}:
            body["behaviour"] = {key: wait_s for key, wait_s in behaviour.items() if wait_s}
        kept = {key: value for key, value in labels.items() if key != "severity"}
        for key in [key for key, value in kept.items() if _TEMPLATE.search(value)]:
            warnings.append(f"{self._place}: the label {key} is left out: it is a template")
            del kept[key]
        if kept:
            body["labels"] = kept
        return body

    def _severity(self, labels: Mapping[str, str], warnings: list[str]) -> dict[str, str]:
        if "severity" not in labels:
            return {}
        found = SEVERITIES.get(labels["severity"].lower())
        if found is None:
            warnings.append(f"{self._place}: the severity {labels['severity']!r:.60} is taken as low")
        return {"severity": found or "low"}

    @property
    def _place(self) -> str:
        return f"{self.part.file}:{self.part.line}: {self.name.value}"


def _alerts(group: Part, found: Converted) -> Iterator[tuple[_Alert, dict[str, str]]]:
    """The alerts of a group with all labels that they have."""
    keys = map_of(group, GROUP_KEYS)
    found.warnings += ignored(group, GROUP_KEYS)
    shared = _texts(given(keys, "labels"))
    for rule in list_of(required(group, keys, "rules", "a list of rules"), "a list of rules"):
        written = map_of(rule, RULE_KEYS)
        found.warnings += ignored(rule, RULE_KEYS)
        expr = required(rule, written, "expr", "an expression in PromQL")
        if "record" in written and "alert" not in written:
            what = given_text(written, "record", "a name")
            found.warnings.append(f"{rule.file}:{rule.line}: {what} is left out: it records, which is for a Prometheus")
            continue
        name = required(rule, written, "alert", "a name")
        text_of(name, "a name")
        text_of(expr, "an expression in PromQL")
        waits = {
            key: part
            for key, written_as in (("pending_s", "for"), ("keep_firing_s", "keep_firing_for"))
            if (part := given(written, written_as)) is not None
        }
        for part in waits.values():
            _check_span(part)
        alert = _Alert(rule, name, expr, waits, _texts(given(written, "annotations")))
        yield alert, {**shared, **_texts(given(written, "labels"))}


def _check_span(part: Part) -> None:
    try:
        span_s(str(part.value))
    except BadRequest:
        raise part.wrong("a duration such as 5m or 1h30m") from None


def _texts(part: Part | None) -> dict[str, str]:
    if part is None:
        return {}
    found = {}
    for key, each in map_of(part, ("name", "...")).items():
        if not isinstance(each.value, str):
            raise each.wrong("text")
        found[key] = each.value
    return found


def _described(annotations: Mapping[str, str]) -> str:
    """What says most first, then the rest with its name."""
    first = [annotations[key] for key in ("summary", "description", "message") if key in annotations]
    rest = [f"{key}: {value}" for key, value in annotations.items() if key not in ("summary", "description", "message")]
    return "\n".join(each.strip() for each in [*first, *rest])


def _rule(expr: str, native: Native | None) -> tuple[str, dict[str, Any]]:
    found = compared(expr)
    if native is not None:
        if found is None:
            raise BadRequest("not of a form that can be evaluated here: no comparison with a number alone")
        return "series", _series(found, native)
    if found is None or found.operator not in WORST:
        return "prometheus", {
            "query": f"count({bare(expr)}) or vector(0)",
            "threshold": 0,
            "comparison_operator": "gt",
        }
    query = f"{WORST[found.operator]}({found.query})"
    return "prometheus", {"query": query, "threshold": found.threshold, "comparison_operator": found.operator}


def _series(found: Compared, native: Native) -> dict[str, Any]:
    try:
        chosen = selection(found.query)
        search = [_condition(each, native) for each in chosen.matchers]
    except BadRequest as error:
        raise BadRequest(f"not of a form that can be evaluated here: {error.message}") from None
    granularity_s = native.granularity_s or (max(round(chosen.range_s), 1) if chosen.range_s else 60)
    rule: dict[str, Any] = {
        "metric": chosen.metric,
        "resource_type": native.resource_type,
        "aggregation_method": native.method if chosen.range_s is None else "rate:sum",
        # A rate of ours is what is added in a bucket, of theirs what is in a second.
        "threshold": found.threshold * (1 if chosen.range_s is None else granularity_s),
        "comparison_operator": found.operator,
        "granularity": granularity_s,
    }
    if search:
        rule["query"] = json.dumps(search[0] if len(search) == 1 else {"and": search}, ensure_ascii=False)
    return rule | _grouping(chosen, native)


def _grouping(chosen: Selection, native: Native) -> dict[str, Any]:
    if chosen.across is None:
        return {}
    group_by = [native.attributes.get(label, label) for label in chosen.group_by]
    return {"across": chosen.across, "group_by": group_by} if group_by else {"across": chosen.across}


def _condition(matcher: Matcher, native: Native) -> dict[str, Any]:
    """A matcher as a search. BadRequest for patterns that a search has no words for."""
    attribute = native.attributes.get(matcher.label, matcher.label)
    if not matcher.value:
        raise BadRequest(f"the label {matcher.label} is held against an empty text")
    if matcher.operator in ("=", "!="):
        return {matcher.operator: {attribute: matcher.value}}
    condition = _pattern(matcher, attribute)
    return condition if matcher.operator == "=~" else {"not": condition}


def _pattern(matcher: Matcher, attribute: str) -> dict[str, Any]:
    if (beginning := _BEGINNING.fullmatch(matcher.value)) is not None:
        return {"like": {attribute: f"{beginning[1]}%"}}
    words: Sequence[str] = matcher.value.removeprefix("(").removesuffix(")").split("|")
    if not all(_LITERALS.fullmatch(each) for each in words):
        raise BadRequest(
            f"the pattern {matcher.value!r:.60} of {matcher.label} is neither words with | between nor word.*"
        )
    return {"in": {attribute: list(words)}}
