# SPDX-License-Identifier: Apache-2.0
"""How often each alarm of the cloud came to each state."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Namespace, Polled, PollSettings, Target
from nephoscope.poll.openstack.meters import refuse_unknown
from nephoscope.poll.sample_rows import SampleRows


class Alarms:
    """Makes a sample of each state that the alarm service counts; the state is metadata."""

    METERS: ClassVar[tuple[Meter, ...]] = (Meter("alarm.evaluation_result", "gauge", "evaluation_result_count"),)
    NAMESPACE: ClassVar[Namespace] = "central"
    DISCOVERY: ClassVar[str] = "alarm"

    def __init__(self, settings: PollSettings) -> None:
        """Needs nobody: targets bring their counts."""

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """Counts of evaluations."""
        refuse_unknown(targets, "the alarm service")
        rows = SampleRows(now_ns)
        for target in rows.each(targets if self.METERS[0].name in meters else ()):
            counters = target.facts.get("state_counters")
            for state, count in (counters if isinstance(counters, dict) else {}).items():
                project = target.facts.get("project_id")
                rows.add(self.METERS[0], count, target.id, project_id=project, metadata={"alarm_state": state})
        return rows.polled()
