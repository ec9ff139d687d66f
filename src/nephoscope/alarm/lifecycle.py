# SPDX-License-Identifier: Apache-2.0
"""
How an instance of an alarm goes from state to state: not before its values were beyond for a while, nor back too soon.

    insufficient data ──┐  beyond for pending_s   ┌─▶ alarm ──┐
    ok ─────────────────┴─────────────────────────┘           │ back behind recovery_threshold, for keep_firing_s
    ok ◀──────────────────────────────────────────────────────┘

Pure: what is remembered of an instance and what is seen of it now give what is remembered next.
"""

from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from nephoscope.alarm.instances import Seen
from nephoscope.alarm.transitions import UNKNOWN
from nephoscope.model import timestamp
from nephoscope.model.alarm import State
from nephoscope.model.alarm_behaviour import Behaviour, NoData
from nephoscope.model.alarm_instance import Instance
from nephoscope.model.timespan import SECOND_NS

Sign = Literal["beyond", "clear", "held", "unknown"]
"""What values say: beyond the threshold, back behind it, neither of both, or nothing."""

NO_DATA: dict[NoData, Sign] = {"insufficient data": "unknown", "alarm": "beyond", "ok": "clear", "keep": "held"}


@dataclass(frozen=True, slots=True)
class Step:
    """
    An instance as it is now, and the state to be told of: one that was entered, the same once more, None for nothing.

    `why` is what its behaviour adds to the reason.
    """

    instance: Instance
    told: State | None
    why: str = ""


def step(
    before: Instance, seen: Seen, behaviour: Behaviour, now_ns: int, *, repeats: bool = False, failed: bool = False
) -> Step:
    """
    What becomes of an instance by what is seen of it now.

    `repeats` tells its state each time that something is known of it. What could not be told (`failed`) never counts
    as ok.
    """
    sign = _sign(before.state, seen, behaviour, failed=failed)
    there = replace(before, missing_since_ns=0)
    if sign == "beyond":
        return _beyond(there, seen, behaviour, now_ns, repeats=repeats)
    if sign == "clear":
        return _clear(there, seen, behaviour, now_ns, repeats=repeats)
    still = replace(there, beyond_since_ns=0, cleared_since_ns=0)
    if sign == "unknown" and before.state != UNKNOWN:
        return _entered(still, UNKNOWN, seen, now_ns)
    is_told = repeats and UNKNOWN not in (seen.verdict.state, before.state)
    return Step(still, before.state if is_told else None)


def _sign(state: State, seen: Seen, behaviour: Behaviour, *, failed: bool) -> Sign:
    verdict = seen.verdict
    if verdict.state == UNKNOWN:
        return "unknown" if failed and behaviour.no_data == "ok" else NO_DATA[behaviour.no_data]
    # Mixed values decide nothing but where nothing was known.
    settled = verdict.trend if verdict.state is None and state == UNKNOWN else verdict.state
    if settled is None:
        return "held"
    if settled == "alarm":
        return "beyond"
    is_between = state == "alarm" and seen.recovery is not None and seen.recovery.state != "ok"
    return "held" if is_between else "clear"


def _beyond(before: Instance, seen: Seen, behaviour: Behaviour, now_ns: int, *, repeats: bool) -> Step:
    if before.state == "alarm":
        return Step(replace(before, cleared_since_ns=0), "alarm" if repeats else None)
    since_ns = before.beyond_since_ns or now_ns
    if now_ns - since_ns >= int(behaviour.pending_s * SECOND_NS):
        why = f", beyond it for {behaviour.pending_s:g} s" if behaviour.pending_s else ""
        return _entered(before, "alarm", seen, now_ns, why)
    pending = replace(before, beyond_since_ns=since_ns, cleared_since_ns=0)
    if not before.beyond_since_ns:
        reason = f"Beyond the threshold since {timestamp.render(since_ns)}, alarm after {behaviour.pending_s:g} s"
        pending = replace(pending, reason=reason, value=seen.verdict.most_recent)
    return Step(pending, "ok" if repeats and before.state == "ok" else None)


def _clear(before: Instance, seen: Seen, behaviour: Behaviour, now_ns: int, *, repeats: bool) -> Step:
    if before.state == "ok":
        back = replace(before, beyond_since_ns=0, cleared_since_ns=0)
        if before.beyond_since_ns:
            back = replace(back, reason="Back before it fired", value=seen.verdict.most_recent)
        return Step(back, "ok" if repeats else None)
    if before.state == UNKNOWN:
        return _entered(before, "ok", seen, now_ns)
    since_ns = before.cleared_since_ns or now_ns
    if now_ns - since_ns < int(behaviour.keep_firing_s * SECOND_NS):
        still = replace(before, beyond_since_ns=0, cleared_since_ns=since_ns)
        return Step(still, "alarm" if repeats else None)
    why = f", behind {behaviour.recovery_threshold:g}" if behaviour.recovery_threshold is not None else ""
    if behaviour.keep_firing_s:
        why += f", for {behaviour.keep_firing_s:g} s"
    return _entered(before, "ok", seen, now_ns, why)


def _entered(before: Instance, state: State, seen: Seen, now_ns: int, why: str = "") -> Step:
    now = replace(
        before,
        state=state,
        since_ns=now_ns,
        value=seen.verdict.most_recent,
        beyond_since_ns=0,
        cleared_since_ns=0,
    )
    return Step(now, state, why)
