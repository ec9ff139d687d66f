# SPDX-License-Identifier: Apache-2.0
"""Reading the fields of a JSON object, with the messages that Gnocchi's clients know."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nephoscope.model import timespan, timestamp
from nephoscope.model.errors import BadRequest, InvalidInput

Read = Callable[[Any], Any]
"""Turns a raw value into what the program uses. Raises ValueError with the reason, or InvalidInput naming a place."""


def read_object(
    body: object, required: Mapping[str, Read], optional: Mapping[str, Read], path: Sequence[str] = ()
) -> dict[str, Any]:
    """
    The fields of an object, each as its reader gives it; fields that are not sent are not in the result.

    Errors  InvalidInput naming the first field, in the order sent, that is unknown or wrong; then the missing ones.
    """
    fields = read_mapping(body, path)
    readers = {**required, **optional}
    found: dict[str, Any] = {}
    for key, value in fields.items():
        place = [*path, key]
        if key not in readers:
            raise InvalidInput(f"extra keys not allowed @ {spelled(place)}", place)
        try:
            found[key] = readers[key](value)
        except ValueError as error:
            raise InvalidInput(f"{error} for dictionary value @ {spelled(place)}", place) from None
    for key in required:
        if key not in fields:
            place = [*path, key]
            raise InvalidInput(f"required key not provided @ {spelled(place)}", place)
    return found


def read_mapping(body: object, path: Sequence[str] = ()) -> dict[str, Any]:
    """The object itself. Raises InvalidInput when it is something else."""
    if isinstance(body, dict):
        return body
    where = f" for dictionary value @ {spelled(path)}" if path else ""
    raise InvalidInput(f"expected a dictionary{where}", list(path))


def spelled(path: Sequence[str]) -> str:
    """
    A place in the body as messages show it.

    >>> spelled(["definition", "0", "points"])
    "data['definition'][0]['points']"
    """
    return "data" + "".join(f"[{part}]" if part.isdigit() else f"['{part}']" for part in path)


def text(length_max: int = 255) -> Read:
    """A reader of text that is neither empty nor too long."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("expected str")
        if not value:
            raise ValueError("length of value must be at least 1")
        if len(value) > length_max:
            raise ValueError(f"length of value must be at most {length_max}")
        return value

    return read


def text_or_null(value: object) -> str | None:
    """Reads text of any length, or null."""
    if value is None or isinstance(value, str):
        return value
    raise ValueError("expected str")


def whole_number(lowest: int, highest: int) -> Read:
    """A reader of integers within bounds; numeric text is one too, for clients send it."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError("not a valid value")
        try:
            number = int(value[:20]) if isinstance(value, str) else int(value)
        except (ValueError, OverflowError):
            raise ValueError("not a valid value") from None
        if not lowest <= number <= highest:
            raise ValueError("not a valid value")
        return number

    return read


def duration(value: object) -> int:
    """Reads a timespan in any notation, as nanoseconds."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("not a valid value")
    try:
        return timespan.parse(value)
    except BadRequest:
        raise ValueError("not a valid value") from None


def moment(now_ns: int) -> Read:
    """A reader of points in time in any notation, as nanoseconds; relative ones count from `now_ns`."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError("not a valid value")
        try:
            return timestamp.parse(value, now_ns)
        except BadRequest:
            raise ValueError("not a valid value") from None

    return read


def or_null(read: Read) -> Read:
    """The same reader, with null allowed."""
    return lambda value: None if value is None else read(value)
