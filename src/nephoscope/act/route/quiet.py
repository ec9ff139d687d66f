# SPDX-License-Identifier: Apache-2.0
"""Whether a silence holds back what an alarm's own actions would tell."""

import time
from collections.abc import Callable

from nephoscope.act.route.rules import CurrentRules
from nephoscope.model.alarm import Alarm, State
from nephoscope.model.alarm_instance import Labels
from nephoscope.model.matcher import labels_of
from nephoscope.model.silence import Silence

# How long a new silence may have to wait until it is known here.
REFRESH_S = 1.0


class Quiet:
    """The silences in force, looked up again once a second where somebody asks for them. Safe from any thread."""

    def __init__(self, rules: CurrentRules, *, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._rules = rules
        self._monotonic_s = monotonic_s
        self._fresh_until_s = float("-inf")

    def silence(self, alarm: Alarm, labels: Labels, entered: State, now_ns: int) -> Silence | None:
        """
        The silence that an alarm fits, or one of its instances, as it enters a state; None for none.

        Errors as those of the index.
        """
        now_s = self._monotonic_s()
        if now_s >= self._fresh_until_s:
            self._rules.refresh()
            self._fresh_until_s = now_s + REFRESH_S
        rules = self._rules.get()
        if rules.silences_nothing:
            return None
        return rules.silence(alarm.project_id, labels_of(alarm, labels, entered), now_ns)
