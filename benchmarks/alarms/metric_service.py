# SPDX-License-Identifier: Apache-2.0
"""What stands in for Gnocchi: it has no measures, and answers every question with the same points at once."""

import json
import time

# Aodh looks at granularities and values, not at times.
POINT_TIMES = tuple(f"2026-03-02T09:0{minute}:00+00:00" for minute in range(3))


class MetricService:
    """How often it was asked since the points were set, and when first and last, by the monotonic clock."""

    def __init__(self) -> None:
        self.asked, self.first_s, self.last_s = 0, 0.0, 0.0
        self._series = self._aggregated = b""

    def give(self, value: float, granularity_s: int) -> None:
        """From now on all points have this value."""
        points = [[each, float(granularity_s), value] for each in POINT_TIMES]
        self._series = json.dumps(points).encode()
        self._aggregated = json.dumps({"measures": {"aggregated": points}}).encode()
        self.asked = 0

    def answer(self, line: bytes, _body: bytes) -> bytes:
        """The points, in the form that the path asks for."""
        self.last_s = time.monotonic()
        if not self.asked:
            self.first_s = self.last_s
        self.asked += 1
        return self._aggregated if b"/aggregates" in line else self._series
