# SPDX-License-Identifier: Apache-2.0
"""Alarms of a file as the program decides them, checked as a server would."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import msgspec

from nephoscope.act.notify import offered as notifiers
from nephoscope.api.aodh.alarm_bodies import Writer
from nephoscope.api.native.alarm_rules import own_rule
from nephoscope.api.native.alarm_writing import AlarmBody, definition_of
from nephoscope.api.native.operation import place_of
from nephoscope.model.action_url import SCHEMES
from nephoscope.model.alarm import Alarm
from nephoscope.model.alarm_behaviour import check_behaviour
from nephoscope.model.alarm_file import placed
from nephoscope.model.alarm_rule import RecentEvents, Threshold, leaves_of
from nephoscope.model.errors import BadRequest, InvalidInput
from nephoscope.model.series_rule import SeriesRule
from nephoscope.model.yaml_tree import Part, plain

# Whoever runs a test may write whatever an operator may.
WRITER = Writer(administers=True, actions_max=-1, schemes=SCHEMES.union(notifiers()))
AUTHOR = "rehearsal"
RATE = "rate:"


@dataclass(frozen=True)
class Needs:
    """
    What is to be kept of metrics, so that alarms can look at it: granularities, s, and methods.

    `looks` are how often, s, events have to be looked at that are parts of rules.
    """

    granularities: Sequence[int]
    methods: frozenset[str]
    looks: Sequence[int]


def alarms_from(parts: Iterable[Part], now_ns: int) -> list[Alarm]:
    """New alarms, each within its project, and without one seeing everything. BadRequest with file, line and key."""
    return [_alarm(each, now_ns) for each in parts]


def needs_of(alarms: Iterable[Alarm]) -> Needs:
    """What the rules of alarms read."""
    granularities, methods, looks = set(), {"mean"}, set()
    for rule in (rule for alarm in alarms for rule in leaves_of(alarm.rule)):
        if isinstance(rule, RecentEvents):
            looks.add(rule.within_s // 2)
        if not isinstance(rule, Threshold | SeriesRule):
            continue
        granularities.add(rule.granularity)
        # Rates of a group are made of what it has together, those of one metric are kept.
        methods |= {rule.aggregation_method, rule.aggregation_method.removeprefix(RATE)}
    return Needs(sorted(granularities) or [60], frozenset(methods), sorted(looks))


def _alarm(part: Part, now_ns: int) -> Alarm:
    try:
        body = msgspec.convert(plain(part), AlarmBody)
        written = definition_of(body, own_rule(body.type, body.rule), WRITER)
        check_behaviour(written.behaviour, written.rule)
    except msgspec.ValidationError as error:
        reason, path = place_of(error)
        raise placed(part, path, reason) from None
    except InvalidInput as error:
        raise placed(part, error.detail or (), error.reason) from None
    except BadRequest as error:
        raise placed(part, (), error.message) from None
    fields = {name: getattr(written, name) for name in written.__struct_fields__}
    fields |= {"project_id": body.project_id or "", "user_id": AUTHOR}
    return Alarm(
        id=str(uuid4()), **fields, sees_all=body.project_id is None, timestamp_ns=now_ns, state_timestamp_ns=now_ns
    )
