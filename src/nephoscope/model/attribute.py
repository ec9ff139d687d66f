# SPDX-License-Identifier: Apache-2.0
"""The kinds of attributes that a resource type may have: what values they take and in which form these are kept."""

import math
from typing import ClassVar, TypeAlias
from uuid import UUID

import msgspec

from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest
from nephoscope.model.resource_id import as_uuid
from nephoscope.model.text import is_storable

STRING_LENGTH_MAX = 256

Stored: TypeAlias = str | float | bool | int


class StringAttribute(msgspec.Struct, frozen=True, tag="string"):
    """Text; lengths count characters."""

    expects: ClassVar[str] = "expected str"
    required: bool = True
    min_length: int = 0
    max_length: int = STRING_LENGTH_MAX

    def store(self, value: object) -> Stored:
        """The form kept, text as it is; ValueError says what is wrong with the value."""
        if not isinstance(value, str):
            raise ValueError(self.expects)
        if len(value) < self.min_length:
            raise ValueError(f"length of value must be at least {self.min_length}")
        if len(value) > self.max_length:
            raise ValueError(f"length of value must be at most {self.max_length}")
        if not is_storable(value):
            raise ValueError("not a valid value")
        return value

    def present(self, stored: Stored) -> Stored:
        """The form shown: the same text."""
        return stored


class NumberAttribute(msgspec.Struct, frozen=True, tag="number"):
    """A finite number, kept as a float; bounds are inclusive."""

    expects: ClassVar[str] = "expected Number"
    required: bool = True
    min: float | None = None
    max: float | None = None

    def store(self, value: object) -> Stored:
        """The form kept, a float; ValueError says what is wrong with the value."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(self.expects)
        try:
            number = float(value)
        except OverflowError:
            raise ValueError("not a valid value") from None
        if not math.isfinite(number):
            raise ValueError("not a valid value")
        if self.min is not None and number < self.min:
            raise ValueError(f"value must be at least {self.min}")
        if self.max is not None and number > self.max:
            raise ValueError(f"value must be at most {self.max}")
        return number

    def present(self, stored: Stored) -> Stored:
        """The form shown: a float, although JSON columns may give large ones back as whole numbers."""
        return float(stored)


class BoolAttribute(msgspec.Struct, frozen=True, tag="bool"):
    """True or false."""

    expects: ClassVar[str] = "expected bool"
    required: bool = True

    def store(self, value: object) -> Stored:
        """The form kept, a bool; ValueError says what is wrong with the value."""
        if not isinstance(value, bool):
            raise ValueError(self.expects)
        return value

    def present(self, stored: Stored) -> Stored:
        """The form shown: the same."""
        return stored


class UuidAttribute(msgspec.Struct, frozen=True, tag="uuid"):
    """A UUID, kept as text with dashes in lower case."""

    expects: ClassVar[str] = "not a valid value"
    required: bool = True

    def store(self, value: object) -> Stored:
        """The form kept; ValueError says what is wrong with the value."""
        uuid = value if isinstance(value, UUID) else as_uuid(value) if isinstance(value, str) else None
        if uuid is None:
            raise ValueError(self.expects)
        return str(uuid)

    def present(self, stored: Stored) -> Stored:
        """The form shown: the same text."""
        return stored


class DatetimeAttribute(msgspec.Struct, frozen=True, tag="datetime"):
    """A point in time, kept as nanoseconds since the epoch in whole microseconds, shown as ISO text."""

    expects: ClassVar[str] = "not a valid value"
    required: bool = True

    def store(self, value: object) -> Stored:
        """The form kept; ValueError says what is wrong. Only absolute notations: an attribute has no now."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError(self.expects)
        try:
            return timestamp.to_microseconds(timestamp.parse_absolute(value))
        except BadRequest:
            raise ValueError(self.expects) from None

    def present(self, stored: Stored) -> Stored:
        """The form shown: ISO text."""
        return timestamp.render(int(stored))


Attribute: TypeAlias = StringAttribute | NumberAttribute | BoolAttribute | UuidAttribute | DatetimeAttribute
KINDS: dict[str, type[Attribute]] = {
    "string": StringAttribute,
    "number": NumberAttribute,
    "bool": BoolAttribute,
    "uuid": UuidAttribute,
    "datetime": DatetimeAttribute,
}
