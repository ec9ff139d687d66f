# SPDX-License-Identifier: Apache-2.0
"""The host of the agent as a target, for what is read by commands that run on it."""

from nephoscope.poll.contract import PollSettings, Target


class LocalNode:
    """Discovery `local_node`."""

    def __init__(self, settings: PollSettings) -> None:
        self._host_name = settings.host_name

    def discover(self, parameter: str) -> list[Target]:
        """The one target; what stands behind `://` means nothing here."""
        return [Target(self._host_name, {"host": self._host_name})]
