# SPDX-License-Identifier: Apache-2.0
"""What a port's counters gained since the poll before, in this process."""

from collections.abc import Collection


class Traffic:
    """The last reading of each counter, by domain, so that those of domains that went can be forgotten."""

    def __init__(self) -> None:
        self._last: dict[str, dict[tuple[str, str], float]] = {}

    def keep(self, domains: Collection[str]) -> None:
        """Forget all domains but these."""
        for uuid in self._last.keys() - set(domains):
            del self._last[uuid]

    def since(self, domain: str, port: str, counter: str, value: float | None) -> float | None:
        """
        The gain, 0 for a first reading, and the whole reading when the counter began anew; None for no reading.

        >>> traffic = Traffic()
        >>> [traffic.since("a", "port", "rx.bytes", value) for value in (100, 130, None, 20)]
        [0.0, 30, None, 20]
        """
        if value is None:
            return None
        counters = self._last.setdefault(domain, {})
        before = counters.get((port, counter))
        counters[port, counter] = value
        if before is None:
            return 0.0
        return value - before if value >= before else value
