# SPDX-License-Identifier: Apache-2.0
"""
The ticks of cron lines around a time, for what is to happen at them.

A line says what the clock on the wall shows. Where clocks are set back it shows an hour twice, and what is in it comes
twice; where they are set forward, what is in the hour that is left out comes at the moment of the change.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import CroniterBadDateError, croniter

from nephoscope.alarm.time_constraints import SECOND
from nephoscope.model.timespan import SECOND_NS
from nephoscope.model.timestamp import EPOCH
from nephoscope.model.zone import zone_of

# Clocks are set by less, and not twice within it.
NEAR = timedelta(days=1)


def last_tick_ns(line: str, timezone: str, now_ns: int) -> int | None:
    """
    The last tick at a time or before it; None where there is none within decades.

    >>> last_tick_ns("0 8 * * *", "Europe/Ljubljana", 7 * 3600 * 10**9) == 7 * 3600 * 10**9
    True
    """
    zone, now = zone_of(timezone), _moment(now_ns)
    found = []
    # By what each clock shows that was in use lately: the hour that comes twice may have been shown by another.
    for wall in _walls(now, zone):
        # Ticks are on whole seconds; the library leaves out the second that it is asked about.
        ticks = croniter(line, wall + SECOND)
        found += _first([each for each in _moments(tick, zone) if each <= now] for tick in _ticks(ticks.get_prev))
    return _ns(max(found)) if found else None


def next_tick_ns(line: str, timezone: str, now_ns: int) -> int | None:
    """
    The first tick after a time; None where there is none within decades.

    >>> next_tick_ns("0 8 * * *", "", 7 * 3600 * 10**9) == 8 * 3600 * 10**9
    True
    """
    zone, now = zone_of(timezone), _moment(now_ns)
    found = []
    for wall in _walls(now, zone):
        ticks = croniter(line, wall)
        found += _first([each for each in _moments(tick, zone) if each > now] for tick in _ticks(ticks.get_next))
    return _ns(min(found)) if found else None


def _first(found: Iterator[list[datetime]]) -> list[datetime]:
    """The first that is not empty; one that is has only ticks that other clocks show on the other side of now."""
    return next(filter(None, found), [])


def _ticks(step: Callable[[type[datetime]], datetime]) -> Iterator[datetime]:
    """What the clock shows at one tick after the other, as the library goes through them."""
    try:
        while True:
            yield step(datetime)
    except CroniterBadDateError:
        return


def _walls(now: datetime, zone: ZoneInfo) -> set[datetime]:
    """What is shown now by the clocks that are in use about this time."""
    offsets = [near.astimezone(zone).utcoffset() or timedelta() for near in (now - NEAR, now, now + NEAR)]
    return {now.replace(tzinfo=None) + offset for offset in offsets}


def _moments(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """When the clock shows this: once, twice where it is set back, at the change where it is set forward over it."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return [first] if first == second else [first, second]
    # Between the two the clock is set; the one after the change tells it.
    after = first.astimezone(zone).utcoffset()
    seconds = range(int((first - second).total_seconds()))
    return [second + timedelta(seconds=bisect_left(seconds, True, key=lambda n: _shows(second, n, zone) == after))]


def _shows(since: datetime, seconds: int, zone: ZoneInfo) -> timedelta | None:
    return (since + timedelta(seconds=seconds)).astimezone(zone).utcoffset()


def _moment(now_ns: int) -> datetime:
    return EPOCH + timedelta(seconds=now_ns // SECOND_NS)


def _ns(tick: datetime) -> int:
    return int((tick - EPOCH).total_seconds()) * SECOND_NS
