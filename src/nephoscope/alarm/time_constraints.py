# SPDX-License-Identifier: Apache-2.0
"""When alarms with time constraints are decided: the ticks of cron lines in their zones, and what follows them."""

import re
from datetime import UTC, datetime, timedelta

from croniter import CroniterBadDateError, croniter

from nephoscope.model.alarm import Alarm, TimeConstraint
from nephoscope.model.timestamp import EPOCH, MICROSECOND_NS
from nephoscope.model.zone import zone_of

NEAR = timedelta(seconds=60)
SECOND = timedelta(seconds=1)
NEVER_NS = 2**63 - 1
_LENGTH_MAX = 255
# The library draws lots for these, each time anew.
_RANDOM = re.compile(r"(?<![a-z])r(?![a-z])", re.IGNORECASE)


def check_line(line: str) -> None:
    """
    Make sure that a cron line can be read and has ticks.

    Takes   5 fields; with a sixth, seconds, with a seventh, years; or `@daily` and its like.
    Errors  ValueError, in the words of the library that Aodh reads them with.

    >>> check_line("61 99 * * *")
    Traceback (most recent call last):
    ...
    croniter.croniter.CroniterBadCronError: [61 99 * * *] is not acceptable, out of range
    """
    if len(line) > _LENGTH_MAX or _RANDOM.search(line):
        raise ValueError(f"[{line[:_LENGTH_MAX]}] is not acceptable")
    if _tick(line, datetime.now(UTC), later=True) is None:
        raise ValueError(f"[{line}] is not acceptable, it never comes round")


def may_decide(alarm: Alarm, now_ns: int) -> bool:
    """Whether an alarm's constraints let it be decided now: one of them is open, or it has none."""
    return not alarm.time_constraints or any(is_open(each, now_ns) for each in alarm.time_constraints)


def closed_until_ns(alarm: Alarm, now_ns: int) -> int:
    """
    Until when an alarm's constraints keep it from being decided, whatever the time in between; 0 where they do not.
    """
    if may_decide(alarm, now_ns):
        return 0
    return min(_opens_ns(each, now_ns) for each in alarm.time_constraints)


def is_open(constraint: TimeConstraint, now_ns: int) -> bool:
    """
    Whether now is within 60 s of a tick, or no later than `duration` after the last one.

    A tick in the hour that is left out when clocks are set forward comes at its end; one in the hour that comes twice
    when they are set back ticks twice.

    >>> night = TimeConstraint(name="night", start="0 23 * * *", duration=3 * 3600)
    >>> [is_open(night, hour * 3_600_000_000_000) for hour in (22, 23, 25, 27)]
    [False, True, True, False]
    """
    zone = zone_of(constraint.timezone)
    # In UTC: the difference of two times of one zone is that of the hands of its clocks.
    now = EPOCH + timedelta(microseconds=now_ns // MICROSECOND_NS)
    second = now.replace(microsecond=0)
    # Ticks are on whole seconds; the library leaves out the second that it is asked about.
    last = _tick(constraint.start, (second + SECOND).astimezone(zone), later=False)
    if last is not None and (now - last < NEAR or now - last <= timedelta(seconds=constraint.duration)):
        return True
    following = _tick(constraint.start, second.astimezone(zone), later=True)
    return following is not None and following - now < NEAR


def _opens_ns(constraint: TimeConstraint, now_ns: int) -> int:
    """When a constraint that is closed opens next."""
    now = EPOCH + timedelta(microseconds=now_ns // MICROSECOND_NS)
    following = _tick(constraint.start, now.replace(microsecond=0).astimezone(zone_of(constraint.timezone)), later=True)
    if following is None:
        return NEVER_NS
    return (following - NEAR - EPOCH) // timedelta(microseconds=1) * MICROSECOND_NS


def _tick(line: str, moment: datetime, *, later: bool) -> datetime | None:
    """The tick after or before a moment, in UTC; None where there is none within decades."""
    ticks = croniter(line, moment)
    try:
        found: datetime = ticks.get_next(datetime) if later else ticks.get_prev(datetime)
    except CroniterBadDateError:
        return None
    return found.astimezone(UTC)
