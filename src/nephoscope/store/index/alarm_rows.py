# SPDX-License-Identifier: Apache-2.0
"""Alarms as rows: which parts have columns of their own, and what can be kept at all."""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Text, cast, select

from nephoscope.model.alarm import SEVERITIES, Alarm, TimeConstraint
from nephoscope.model.alarm_behaviour import PLAIN, Behaviour
from nephoscope.model.alarm_instance import Labels
from nephoscope.model.alarm_rule import Rule
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.text import check_length, is_storable, made_storable
from nephoscope.model.timestamp import to_microseconds
from nephoscope.store.index.tables import alarm

# The setting that holds the version of the last change.
VERSION = "alarm_version"
DEFINITION_BYTES_MAX = 256 * 1024


class Definition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The parts of an alarm that no search asks for, as they are in the column `definition`; some only where set."""

    description: str
    rule: Rule
    ok_actions: tuple[str, ...] | None
    alarm_actions: tuple[str, ...] | None
    insufficient_data_actions: tuple[str, ...] | None
    time_constraints: tuple[TimeConstraint, ...]
    sees_all: bool
    behaviour: Behaviour = PLAIN
    labels: Labels = ()


DEFINITIONS = msgspec.json.Decoder(Definition)
# As text, since it is decoded straight into what it stands for.
SHOWN = [
    *(column for column in alarm.columns if column.name not in {"number", "definition"}),
    cast(alarm.c.definition, Text).label("definition"),
]


def kept(given: Alarm) -> Alarm:
    """
    An alarm as it can be kept, its times cut to the microsecond.

    Errors  BadRequest for texts that are too long or not storable, and for numbers that are not finite.
    """
    check_length("alarm_id", given.id)
    for what, text in (("name", given.name), ("project_id", given.project_id), ("user_id", given.user_id)):
        check_length(what, text, length_min=0)
    definition = _definition(given)
    if not all(map(is_storable, _texts(msgspec.to_builtins(definition)))):
        raise BadRequest("an alarm's texts hold no NUL and no unpaired surrogates")
    encoded = msgspec.json.encode(definition)
    if len(encoded) > DEFINITION_BYTES_MAX:
        raise BadRequest(f"an alarm's rule, actions, constraints and description: {DEFINITION_BYTES_MAX} bytes at most")
    try:
        DEFINITIONS.decode(encoded)
    except msgspec.ValidationError:
        raise BadRequest("an alarm's rule: its numbers have to be finite") from None
    return msgspec.structs.replace(
        given,
        timestamp_ns=to_microseconds(given.timestamp_ns),
        state_timestamp_ns=to_microseconds(given.state_timestamp_ns),
        evaluated_ns=to_microseconds(given.evaluated_ns),
        state_reason=made_storable(given.state_reason),
        error=made_storable(given.error),
    )


def values_of(kept_alarm: Alarm) -> dict[str, Any]:
    """The columns of an alarm, but for its revision and version."""
    return {
        "id": kept_alarm.id,
        "name": kept_alarm.name,
        "type": kept_alarm.type,
        "project_id": kept_alarm.project_id,
        "user_id": kept_alarm.user_id,
        "enabled": kept_alarm.enabled,
        "repeat_actions": kept_alarm.repeat_actions,
        "severity": SEVERITIES.index(kept_alarm.severity),
        "definition": _definition(kept_alarm),
        "timestamp_ns": kept_alarm.timestamp_ns,
        "state": kept_alarm.state,
        "state_timestamp_ns": kept_alarm.state_timestamp_ns,
        "state_reason": kept_alarm.state_reason,
        "evaluated_ns": kept_alarm.evaluated_ns,
        "error": kept_alarm.error,
    }


def load(connection: Connection, alarm_id: str) -> Row[Any]:
    """An alarm's row; NotFound."""
    row = connection.execute(select(*SHOWN).where(alarm.c.id == alarm_id)).first()
    if row is None:
        raise NotFound(f"Alarm {alarm_id} not found")
    return row


def as_alarm(row: Row[Any]) -> Alarm:
    """The struct of a row of the columns `SHOWN`."""
    definition = DEFINITIONS.decode(row.definition)
    return Alarm(
        id=row.id,
        name=row.name,
        description=definition.description,
        rule=definition.rule,
        project_id=row.project_id,
        user_id=row.user_id,
        enabled=row.enabled,
        ok_actions=definition.ok_actions,
        alarm_actions=definition.alarm_actions,
        insufficient_data_actions=definition.insufficient_data_actions,
        repeat_actions=row.repeat_actions,
        severity=SEVERITIES[row.severity],
        time_constraints=definition.time_constraints,
        timestamp_ns=row.timestamp_ns,
        state=row.state,
        state_timestamp_ns=row.state_timestamp_ns,
        state_reason=row.state_reason,
        evaluated_ns=row.evaluated_ns,
        error=row.error,
        sees_all=definition.sees_all,
        behaviour=definition.behaviour,
        labels=definition.labels,
    )


def _definition(given: Alarm) -> Definition:
    return Definition(
        description=given.description,
        rule=given.rule,
        ok_actions=given.ok_actions,
        alarm_actions=given.alarm_actions,
        insufficient_data_actions=given.insufficient_data_actions,
        time_constraints=given.time_constraints,
        sees_all=given.sees_all,
        behaviour=given.behaviour,
        labels=given.labels,
    )


def _texts(value: Any) -> Iterator[str]:
    """All texts within plain values."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
