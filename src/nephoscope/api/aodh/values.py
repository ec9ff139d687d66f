# SPDX-License-Identifier: Apache-2.0
"""Values that are written as text beside the name of their type: of conditions of event alarms, of simple queries."""

from collections.abc import Callable

from nephoscope.api.aodh.typed import spelled
from nephoscope.model import timestamp
from nephoscope.model.errors import BadRequest

_TRUE = frozenset({"1", "t", "true", "on", "y", "yes"})
_FALSE = frozenset({"0", "f", "false", "off", "n", "no"})


def converted(value: str, kind: str) -> bool | int | float | str:
    """
    A value as its type, of `datetime` nanoseconds. BadRequest when it does not convert, or when there is no such type.

    >>> converted("12", "integer"), converted(" Yes", "boolean")
    (12, True)
    """
    if kind not in _CONVERTERS:
        known = list(_CONVERTERS)
        raise BadRequest(f"The data type {spelled(kind)} is not supported. The supported data type list is: {known}")
    try:
        return _CONVERTERS[kind](value)
    except (ValueError, BadRequest):
        said = f"Unable to convert the value {spelled(value)} to the expected data type {kind}."
        raise BadRequest(said) from None


def _boolean(value: str) -> bool:
    word = value.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(value)
    return word in _TRUE


_CONVERTERS: dict[str, Callable[[str], bool | int | float | str]] = {
    "integer": int,
    "float": float,
    "string": str,
    "boolean": _boolean,
    "datetime": timestamp.parse_absolute,
}
