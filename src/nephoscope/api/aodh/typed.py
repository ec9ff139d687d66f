# SPDX-License-Identifier: Apache-2.0
"""
Reading the typed objects of bodies, with the conversions and messages that Aodh's clients know.

What cannot be turned into an attribute's type is told of the whole argument (`Value: '{…}'`), what has the type but not
the range of the attribute alone. Null stands for an attribute that is not sent, unless it says otherwise.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import UNSET

from nephoscope.model.errors import BadRequest

Read = Callable[[Any], Any]
"""Turns a raw value into what the program uses. Raises Inconvertible or OutOfRange."""

_TRUE = ("true", "t", "yes", "y", "on", "1")
_FALSE = ("false", "f", "no", "n", "off", "0")
_SHOWN_MAX = 1000


class Inconvertible(ValueError):
    """A value that cannot be turned into the type that is wanted."""


class OutOfRange(ValueError):
    """A value of the right type that is not allowed; `value` as it was understood."""

    def __init__(self, reason: str, value: Any) -> None:
        super().__init__(reason)
        self.value = value


class UnknownAttributes(BadRequest):
    """Attributes that an object does not have; `place` are the attributes that lead to it."""

    def __init__(self, names: Sequence[str], place: Sequence[str] = ()) -> None:
        many = "s" if len(names) > 1 else ""
        super().__init__(f"Unknown attribute{many} for argument {'.'.join(place)}: {', '.join(names)}")
        self.names = names
        self.place = tuple(place)


class Attribute(NamedTuple):
    """An attribute of an object; where it is not sent it is `default`, where it is null `null` if that is set."""

    name: str
    read: Read
    mandatory: bool = False
    default: Any = None
    null: Any = UNSET


def invalid(name: str, value: object, reason: str) -> BadRequest:
    """The refusal of an attribute's or argument's value."""
    return BadRequest(f"Invalid input for field/attribute {name}. Value: '{spelled(value)}'. {reason}")


def spelled(value: object) -> str:
    """A value as messages show it; a long one is cut off."""
    text = str(value)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"


def read_argument(name: str, value: Any, read: Read) -> Any:
    """The body of a request, which is the argument `name`. BadRequest says what is wrong with it."""
    try:
        return read(value)
    except OutOfRange as error:
        raise invalid(name, error.value, str(error)) from None
    except Inconvertible as error:
        raise invalid(name, value, spelled(error)) from None
    except UnknownAttributes as error:
        raise UnknownAttributes(error.names, (name, *error.place)) from None


def read_object(attributes: Sequence[Attribute]) -> Callable[[Any], dict[str, Any]]:
    """A reader of objects: all of the attributes, by name."""
    names = {each.name for each in attributes}

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Inconvertible(f"Value not a valid dict: {spelled(value)}")
        if unknown := sorted(value.keys() - names):
            raise UnknownAttributes(unknown)
        return {each.name: _read_attribute(each, value) for each in attributes}

    return read


def _read_attribute(attribute: Attribute, body: Mapping[str, Any]) -> Any:
    value = body.get(attribute.name, UNSET)
    if value is None:
        value = attribute.null
        if value is not UNSET:
            return value
    if value is UNSET:
        if attribute.mandatory:
            raise invalid(attribute.name, None, "Mandatory field missing.")
        return attribute.default
    try:
        return attribute.read(value)
    except OutOfRange as error:
        raise invalid(attribute.name, error.value, str(error)) from None
    except UnknownAttributes as error:
        raise UnknownAttributes(error.names, (attribute.name, *error.place)) from None


def text(value: Any) -> str:
    """Reads text."""
    if not isinstance(value, str):
        raise OutOfRange(f"Wrong type. Expected '{str}', got '{type(value)}'", value)
    return value


def flag(value: Any) -> bool:
    """Reads a boolean, also as a number or in words."""
    if isinstance(value, int):
        return bool(value)
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise Inconvertible(f"Value not an unambiguous boolean: {spelled(value)}")


def number(value: Any) -> float:
    """Reads a finite number, also as text."""
    try:
        found = float(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise Inconvertible(str(error)) from None
    if not math.isfinite(found):
        raise OutOfRange("Value should be a finite number", value)
    return found


def integer(lowest: int, highest: int) -> Read:
    """A reader of whole numbers within bounds, also as text; fractions are cut off."""

    def read(value: Any) -> int:
        try:
            found = int(value)
        except (ValueError, TypeError, OverflowError) as error:
            raise Inconvertible(str(error)) from None
        if found < lowest:
            raise OutOfRange(f"Value should be greater or equal to {lowest}", found)
        if found > highest:
            raise OutOfRange(f"Value should be lower or equal to {highest}", found)
        return found

    return read


def one_of(choices: Sequence[str]) -> Read:
    """A reader of one of several texts."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise OutOfRange(f"Value should be one of: {', '.join(choices)}", value)
        return value

    return read


def list_of(read_item: Read) -> Callable[[Any], list[Any]]:
    """A reader of lists."""

    def read(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise Inconvertible(f"Value not a valid list: {spelled(value)}")
        try:
            return [read_item(each) for each in value]
        except OutOfRange as error:
            raise OutOfRange(str(error), value) from None

    return read


def ignored(value: Any) -> None:
    """Reads what callers may send back as they were given it, and what is not theirs to say."""
