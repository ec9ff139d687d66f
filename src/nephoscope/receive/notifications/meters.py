# SPDX-License-Identifier: Apache-2.0
"""Notifications become samples, as `meters.d/*.yaml` says; samples that agents send over the bus stay as they are."""

import logging
import math
from collections.abc import Iterable, Sequence
from typing import Any

from nephoscope.model import sample_json, timestamp
from nephoscope.model.errors import BadPayload, BadRequest
from nephoscope.model.reserved import Reserved
from nephoscope.model.sample_columns import NOTHING, Row, Samples, joined, number_of, of_rows
from nephoscope.model.signature import verified
from nephoscope.model.yaml_tree import list_of, map_of, read_tree, required
from nephoscope.observe import dropped
from nephoscope.receive.notifications import meter_definition
from nephoscope.receive.notifications.builtin_files import builtin_text
from nephoscope.receive.notifications.message import Message
from nephoscope.receive.notifications.meter_definition import KINDS, MeterDefinition, UnevenFields, Values

log = logging.getLogger(__name__)

STATION = "notifications"
BUILTIN = "meters.yaml"
PRIORITIES = frozenset(["info", "sample"])
# Messages of these types carry samples ready-made: those of polling agents, and of publishers to the bus.
SAMPLE_TYPES = frozenset(["telemetry.polling", "metering"])
# Event types come from outside: what is remembered of them has an end.
TYPES_REMEMBERED_MAX = 10_000

_DEFAULT_RESERVED = Reserved()


class MeterDefinitions:
    """Definitions that were read, with what is known of the telemetry secret and of reserved metadata."""

    def __init__(self, definitions: Sequence[MeterDefinition], telemetry_secret: str, reserved: Reserved) -> None:
        self._definitions = tuple(definitions)
        self._secret = telemetry_secret
        self._reserved = reserved
        self._plans: dict[str, tuple[tuple[MeterDefinition, int], ...]] = {}
        self._told: set[tuple[str, str]] = set()
        # Many definitions pick the same metadata: these are picked once per message.
        self._metadata = list(dict.fromkeys(each.metadata for each in self._definitions))

    def samples_of(self, messages: Iterable[Message], now_ns: int) -> Samples:
        """
        The samples made of messages of priority info or sample, then those that came ready-made; never raises.

        Takes   messages, and the wall clock, which relative times in polled samples count from.
        Drops   counted: samples without a number as volume, a name, a known type or a resource, with an unreadable
                time, or with a wrong signature; and those of definitions that do not go with the message.
        """
        rows: list[Row] = []
        polled: list[Samples] = []
        for message in messages:
            if message.priority not in PRIORITIES:
                continue
            if message.event_type in SAMPLE_TYPES:
                polled.append(self._polled(message.payload, now_ns))
            else:
                self._convert(message, rows)
        return joined([part for part in (of_rows(rows), *polled) if len(part)])

    def _convert(self, message: Message, rows: list[Row]) -> None:
        picked: dict[int, dict[str, Any]] = {}
        document = message.document
        for definition, number in self._plan(message.event_type):
            try:
                if number not in picked:
                    picked[number] = definition.metadata.of(document, self._reserved)
                for values in definition.rows(document):
                    _add(values, message.timestamp_ns, picked[number], rows)
            except UnevenFields as error:
                self._failed(definition, message, "fields of different lengths", error)
            except (BadRequest, TypeError, ValueError) as error:
                self._failed(definition, message, "definition that does not go with the message", error)

    def _failed(self, definition: MeterDefinition, message: Message, cause: str, error: Exception) -> None:
        """Count it always, and tell the first time that a definition fails in this way."""
        dropped(STATION, cause)
        part = definition.part
        place = f"{part.file}:{part.line}: {part.path}"
        if (place, cause) not in self._told:
            self._told.add((place, cause))
            log.warning("%s: nothing made of message %s: %s: %s", place, message.message_id, cause, error)

    def _plan(self, event_type: str) -> tuple[tuple[MeterDefinition, int], ...]:
        if event_type not in self._plans:
            if len(self._plans) >= TYPES_REMEMBERED_MAX:
                self._plans.clear()
            self._plans[event_type] = tuple(
                (each, self._metadata.index(each.metadata))
                for each in self._definitions
                if each.event_types.match(event_type)
            )
        return self._plans[event_type]

    def _polled(self, payload: Any, now_ns: int) -> Samples:
        """Samples as an agent sent them: `{"samples": […]}`, or the list alone."""
        listed = payload.get("samples") if isinstance(payload, dict) else payload
        if not isinstance(listed, list):
            dropped(STATION, "samples that are no list")
            return NOTHING
        maps = [each for each in listed if isinstance(each, dict)]
        dropped(STATION, "sample that cannot be read", len(listed) - len(maps))
        if self._secret:
            signed = [each for each in maps if verified(each, self._secret)]
            dropped(STATION, "wrong signature", len(maps) - len(signed))
            maps = signed
        return _read(maps, now_ns)


def read(
    files: Iterable[tuple[str, str]], *, telemetry_secret: str = "", reserved: Reserved = _DEFAULT_RESERVED
) -> MeterDefinitions:
    """
    The definitions of the files of `meters.d`, in the order given: their names and texts.

    Of definitions of one name in a file the last counts, and of those in several files the one of the first.

    Errors  BadRequest with file, line and key of what is wrong.
    """
    found: dict[str, MeterDefinition] = {}
    for name, text in files:
        found = {**_by_name(name, text), **found}
    return MeterDefinitions(list(found.values()), telemetry_secret, reserved)


def builtin(*, telemetry_secret: str = "", reserved: Reserved = _DEFAULT_RESERVED) -> MeterDefinitions:
    """Those that are used where the operator has no files."""
    return read([(BUILTIN, builtin_text(BUILTIN))], telemetry_secret=telemetry_secret, reserved=reserved)


def _by_name(file: str, text: str) -> dict[str, MeterDefinition]:
    tree = read_tree(text, file)
    if tree.value is None:
        return {}
    keys = map_of(tree, ("metric",))
    for key, value in keys.items():
        if key != "metric":
            raise value.wrong("the key metric", f"the key {key!r}"[:60])
    listed = list_of(required(tree, keys, "metric", "a list of definitions"), "a list of definitions")
    return {each.written_name: each for each in map(meter_definition.read, listed)}


def _add(values: Values, message_ns: int, metadata: dict[str, Any], rows: list[Row]) -> None:
    """Put down a sample, all of it or, counted, nothing."""
    name, kind, unit, found, resource, user, project, time = values
    volume = number_of(found)
    resource_id = resource if type(resource) is str else _text(resource)
    if volume is None:
        return dropped(STATION, "volume is no number")
    if not isinstance(name, str) or not name:
        return dropped(STATION, "no meter name")
    if kind not in KINDS:
        return dropped(STATION, "type that is none")
    if not resource_id:
        return dropped(STATION, "no resource id")
    try:
        time_ns = message_ns if time is None or time == "" else timestamp.parse_absolute(time)
    except BadRequest:
        return dropped(STATION, "time that cannot be read")
    owners = (_text(user), _text(project))
    rows.append((name, kind, _text(unit) or "", volume, *owners, resource_id, time_ns, math.nan, metadata))


def _text(found: Any) -> str | None:
    """An id or a name; numbers are written out, maps and lists are none."""
    if found is None or type(found) is str:
        return found
    return str(found) if isinstance(found, int | float) else None


def _read(maps: list[dict[str, Any]], now_ns: int) -> Samples:
    """All of a list at once; one by one only where one is bad, so that it goes alone."""
    try:
        samples, no_numbers = sample_json.read(maps, now_ns)
    except BadPayload:
        if len(maps) > 1:
            return joined([part for each in maps if len(part := _read([each], now_ns))])
        dropped(STATION, "sample that cannot be read")
        return NOTHING
    dropped(STATION, "volume is no number", no_numbers)
    return samples
