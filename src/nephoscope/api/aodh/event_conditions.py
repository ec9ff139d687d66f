# SPDX-License-Identifier: Apache-2.0
"""The conditions of event alarms."""

import re
from collections.abc import Mapping
from typing import Any, get_args

from nephoscope.api.aodh.typed import Attribute, read_object, text
from nephoscope.api.aodh.values import converted
from nephoscope.model.alarm_rule import ConditionType, EventCondition
from nephoscope.model.comparison import Comparison
from nephoscope.model.errors import BadRequest

OPERATORS: tuple[str, ...] = get_args(Comparison)
TYPES: tuple[str, ...] = get_args(ConditionType)
_FIELD = "^[a-zA-Z.',0-9_-]*$"

read_condition = read_object(
    (
        Attribute("field", text, mandatory=True),
        Attribute("op", text, default="eq"),
        Attribute("value", text, mandatory=True),
        Attribute("type", text),
    )
)
"""Reads a condition as it is written; `condition` judges what it means."""


def condition(written: Mapping[str, Any]) -> EventCondition:
    """The condition that was written. BadRequest for a value that does not convert, an unknown operator or type."""
    field, op, value, kind = (written[key] for key in ("field", "op", "value", "type"))
    if kind:
        converted(value, kind)
    if not re.fullmatch(_FIELD, field):
        raise _invalid(f"does not match regular expression {_FIELD}", "field")
    if op not in OPERATORS:
        raise _invalid(f"value must be one of {sorted(OPERATORS)}", "op")
    if kind not in TYPES:
        # Clients know this fault by the name of the attribute beside it.
        raise _invalid(f"value must be one of {sorted(TYPES)}", "value")
    return EventCondition(field=field, op=op, value=value, type=kind)


def _invalid(reason: str, key: str) -> BadRequest:
    return BadRequest(f"Query value or traits invalid: {reason} for dictionary value @ data['{key}']")
