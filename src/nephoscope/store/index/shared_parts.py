# SPDX-License-Identifier: Apache-2.0
"""Alarms that are held by the hundred thousand have the parts in common that are equal."""

from functools import lru_cache
from sys import intern
from typing import Any

from msgspec.structs import force_setattr

from nephoscope.model.alarm import Alarm

TEXTS = ("project_id", "user_id", "state", "state_reason", "error", "description")
ACTIONS = ("ok_actions", "alarm_actions", "insufficient_data_actions")
# Of rules; what is different in each, such as the resource, is left as it is.
RULE_TEXTS = ("metric", "resource_type", "aggregation_method", "comparison_operator")
# Reasons that name values are hardly ever equal.
SHARED_LENGTH_MAX = 64
ACTIONS_MAX = 10_000


def share_parts(alarm: Alarm) -> Alarm:
    """The same alarm, in whose place equal texts and actions of others are put; for one that nobody else has yet."""
    _share_texts(alarm, TEXTS)
    _share_texts(alarm.rule, RULE_TEXTS)
    for name in ACTIONS:
        force_setattr(alarm, name, _shared(getattr(alarm, name)))
    return alarm


def _share_texts(holder: Any, names: tuple[str, ...]) -> None:
    for name in names:
        text = getattr(holder, name, None)
        if isinstance(text, str) and len(text) <= SHARED_LENGTH_MAX:
            force_setattr(holder, name, intern(text))


@lru_cache(maxsize=ACTIONS_MAX)
def _shared(actions: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return actions
