# SPDX-License-Identifier: Apache-2.0
"""How soon an alarm fires, how it comes back, and what it makes of silence: beyond what Aodh's alarms can say."""

import math
import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from nephoscope.model.alarm_instance import Labels
from nephoscope.model.alarm_rule import EventRule, PrometheusThreshold, Rule, Threshold, type_of
from nephoscope.model.comparison import Comparison
from nephoscope.model.errors import InvalidInput
from nephoscope.model.series_rule import SeriesRule, SqlRule
from nephoscope.model.text import is_storable

NoData = Literal["insufficient data", "alarm", "ok", "keep"]

WAIT_S_MAX = 30 * 86400.0
LABELS_MAX = 50
LABEL_LENGTH_MAX = 255
_LABEL_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """
    What stands between values and the state, s.

    `pending_s` is how long values have to be beyond the threshold before the alarm fires, `keep_firing_s` how long it
    goes on after they have come back. Once it fires, values have to be back behind `recovery_threshold`. `no_data` is
    the state where nothing is known; "keep" leaves the one that there is.
    """

    pending_s: float = 0.0
    keep_firing_s: float = 0.0
    recovery_threshold: float | None = None
    no_data: NoData = "insufficient data"


PLAIN = Behaviour()
"""What an alarm does that was written in Aodh's words."""


def check_behaviour(behaviour: Behaviour, rule: Rule) -> None:
    """
    Make sure that a rule can behave so.

    Errors  InvalidInput, with the field: times that are not from 0 to WAIT_S_MAX, a recovery threshold that no value
            can come back behind, or of a rule without a threshold; anything for alarms that wait for events.
    """
    if behaviour == PLAIN:
        return
    if isinstance(rule, EventRule):
        raise _wrong("an alarm about events fires as they come in, it waits for nothing")
    for name, wait_s in (("pending_s", behaviour.pending_s), ("keep_firing_s", behaviour.keep_firing_s)):
        if not 0 <= wait_s <= WAIT_S_MAX:
            raise _wrong(f"expected seconds from 0 to {WAIT_S_MAX:.0f}", name)
    recovery = behaviour.recovery_threshold
    if recovery is not None:
        _check_recovery(recovery, rule)


def check_labels(labels: Mapping[str, str]) -> Labels:
    """The labels of an alarm, by name. InvalidInput for too many, and for names and values that are none."""
    if len(labels) > LABELS_MAX:
        raise InvalidInput(f"{len(labels)} labels are more than {LABELS_MAX}", ["labels"])
    for name, value in labels.items():
        if not _LABEL_NAME.fullmatch(name) or len(name) > LABEL_LENGTH_MAX:
            raise InvalidInput("expected letters, digits and underscores, no digit first", ["labels", name])
        if len(value) > LABEL_LENGTH_MAX or not is_storable(value):
            raise InvalidInput(f"expected text of {LABEL_LENGTH_MAX} characters at most", ["labels", name])
    return tuple(sorted(labels.items()))


def threshold_of(rule: Rule) -> float | None:
    """The threshold that a rule's values are held against, None for one that has none of its own."""
    is_row = isinstance(rule, SqlRule) and not rule.value
    if is_row or not isinstance(rule, Threshold | PrometheusThreshold | SeriesRule | SqlRule):
        return None
    return rule.threshold


def _check_recovery(recovery: float, rule: Rule) -> None:
    name = "recovery_threshold"
    if not math.isfinite(recovery):
        raise _wrong("expected a finite number", name)
    threshold = threshold_of(rule)
    if threshold is None:
        raise _wrong(f"a rule of type {type_of(rule)} has no threshold of its own to come back behind", name)
    comparison: Comparison = getattr(rule, "comparison_operator", "eq")
    if comparison in ("eq", "ne"):
        raise _wrong(f"values that are compared by {comparison} come back at once, there is nothing between", name)
    if recovery > threshold if comparison in ("gt", "ge") else recovery < threshold:
        raise _wrong(f"expected {recovery} to be on the good side of the threshold {threshold}, or the same", name)


def _wrong(reason: str, *path: str) -> InvalidInput:
    return InvalidInput(reason, ["behaviour", *path])
