# SPDX-License-Identifier: Apache-2.0
"""Our own logs, counters and health: the same names for every part, and no import of any other part."""

import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Labels = tuple[tuple[str, str], ...]


class Registry:
    """Counters, gauges and latency sums of this process, rendered as Prometheus text by `render`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: dict[str, dict[Labels, float]] = {}
        self._about: dict[str, tuple[str, str]] = {}
        self._gauges: dict[str, Callable[[], float]] = {}

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Add `amount` to the counter `name`; it must have been described."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            series = self._values.setdefault(name, {})
            series[key] = series.get(key, 0) + amount

    def describe(self, name: str, kind: str, about: str) -> None:
        """Name a counter or gauge once; the text becomes its HELP line."""
        self._about[name] = (kind, about)
        self._values.setdefault(name, {})

    def gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        """Show `read()` under `name` whenever somebody looks."""
        self._about[name] = ("gauge", about)
        self._gauges[name] = read

    def value(self, name: str, /, **labels: str) -> float:
        """The counter's present value, 0 when it never moved."""
        with self._lock:
            return self._values.get(name, {}).get(tuple(sorted(labels.items())), 0)

    def series(self, name: str) -> dict[Labels, float]:
        """All label sets of a counter with their values."""
        with self._lock:
            return dict(self._values.get(name, {}))

    @contextmanager
    def timed(self, name: str, /, **labels: str) -> Iterator[None]:
        """Add the seconds a block takes to `<name>_seconds_sum` and one to `<name>_seconds_count`."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.count(f"{name}_seconds_sum", time.perf_counter() - started, **labels)
            self.count(f"{name}_seconds_count", 1, **labels)

    def render(self) -> str:
        """The Prometheus text exposition of everything counted so far."""
        gauges = {name: read() for name, read in self._gauges.items()}
        with self._lock:
            values = {name: dict(series) for name, series in self._values.items()}
        values.update({name: {(): value} for name, value in gauges.items()})
        lines: list[str] = []
        for name in sorted(values):
            kind, about = self._about.get(name, ("counter", name.replace("_", " ")))
            lines += [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
            lines += [f"{name}{_labels(key)} {value:.17g}" for key, value in sorted(values[name].items())]
        return "\n".join(lines) + "\n"


def _labels(key: Labels) -> str:
    if not key:
        return ""
    escaped = ((k, v.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")) for k, v in key)
    return "{" + ",".join(f'{k}="{v}"' for k, v in escaped) + "}"


registry = Registry()
registry.describe("nephoscope_dropped_total", "counter", "Records dropped or refused, by station and cause.")


def dropped(station: str, cause: str, amount: float = 1) -> None:
    """Count records that went no further than `station`, because of `cause`."""
    if amount:
        registry.count("nephoscope_dropped_total", amount, station=station, cause=cause)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and whatever `extra={"fields": {...}}` carries."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_to_stderr(level: str = "info", style: str = "text") -> None:
    """Send our logs to standard error: `text` for people, `json` for programs."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    formatter = JsonLines() if style == "json" else text
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root = logging.getLogger("nephoscope")
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    root.propagate = False
