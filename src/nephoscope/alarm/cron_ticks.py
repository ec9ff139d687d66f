# SPDX-License-Identifier: Apache-2.0
"""The ticks of cron lines around a time, for what is to happen at them."""

from datetime import UTC, datetime, timedelta

from croniter import CroniterBadDateError, croniter

from nephoscope.alarm.time_constraints import SECOND
from nephoscope.model.timespan import SECOND_NS
from nephoscope.model.timestamp import EPOCH
from nephoscope.model.zone import zone_of


def last_tick_ns(line: str, timezone: str, now_ns: int) -> int | None:
    """
    The last tick at a time or before it; None where there is none within decades.

    >>> last_tick_ns("0 8 * * *", "Europe/Ljubljana", 7 * 3600 * 10**9) == 7 * 3600 * 10**9
    True
    """
    # Ticks are on whole seconds; the library leaves out the second that it is asked about.
    ticks = croniter(line, _moment(now_ns, timezone) + SECOND)
    try:
        return _ns(ticks.get_prev(datetime))
    except CroniterBadDateError:
        return None


def next_tick_ns(line: str, timezone: str, now_ns: int) -> int | None:
    """
    The first tick after a time; None where there is none within decades.

    >>> next_tick_ns("0 8 * * *", "", 7 * 3600 * 10**9) == 8 * 3600 * 10**9
    True
    """
    try:
        return _ns(croniter(line, _moment(now_ns, timezone)).get_next(datetime))
    except CroniterBadDateError:
        return None


def _moment(now_ns: int, timezone: str) -> datetime:
    return (EPOCH + timedelta(seconds=now_ns // SECOND_NS)).astimezone(zone_of(timezone))


def _ns(tick: datetime) -> int:
    return int((tick.astimezone(UTC) - EPOCH).total_seconds()) * SECOND_NS
