# SPDX-License-Identifier: Apache-2.0
"""Exporters of Prometheus, scraped as any other source: `http://host:9100/metrics` under `resources`."""

import base64
import hashlib
import math
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar
from urllib.parse import unquote, urlsplit, urlunsplit

import urllib3

from nephoscope.model.name_filter import NameFilter
from nephoscope.model.sample import Meter
from nephoscope.observe import dropped
from nephoscope.poll.contract import Namespace, Polled, PollSettings, Target
from nephoscope.poll.failures import Failures, refuse_others, without_secrets
from nephoscope.poll.http_body import HttpFailed, get
from nephoscope.poll.prometheus_text import Exposition, Series, TooManySeries
from nephoscope.poll.sample_rows import ID_LENGTH_MAX, SampleRows

SCRAPES_AT_ONCE = 8
ACCEPT = "text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5"
ANY = Meter("prometheus.*", "gauge", "")


class Prometheus:
    """
    Scrapes exporters; meters are called as the exporters call them.

    What they are called is known only then, so a source asks for all of them by `prometheus.*`, and a URL says by its
    fragment which to take: `http://host:9100/metrics#node_*` (globs with commas between, `!` before it excludes).
    """

    METERS: ClassVar[tuple[Meter, ...]] = (ANY,)
    NAMESPACE: ClassVar[Namespace] = "central"
    DISCOVERY: ClassVar[str] = "prometheus"

    def __init__(self, settings: PollSettings) -> None:
        self._timeout_s = settings.timeout_s
        self._failures = Failures("prometheus")
        self._pool = urllib3.PoolManager(num_pools=100, maxsize=SCRAPES_AT_ONCE)

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """Samples of all series of all exporters; one that does not answer is counted, and keeps nobody waiting."""
        refuse_others(targets, ("http", "https"), "prometheus")
        rows = SampleRows(now_ns)
        if ANY.name not in meters or not targets:
            return rows.polled()
        with ThreadPoolExecutor(SCRAPES_AT_ONCE) as scrapes:
            for target, text in rows.each(zip(targets, scrapes.map(self._scraped, targets), strict=True)):
                if text is not None:
                    self._put_down(rows, target, text)
        return rows.polled()

    def _scraped(self, target: Target) -> str | None:
        try:
            url, headers = _request(target.id)
            return get(self._pool, url, headers=headers, timeout_s=self._timeout_s).decode("utf-8", "replace")
        except (HttpFailed, ValueError) as error:
            self._failures.met(without_secrets(target.id), error)
            return None

    def _put_down(self, rows: SampleRows, target: Target, text: str) -> None:
        exposition = Exposition(text)
        parts = urlsplit(target.id)
        instance = parts.netloc.rpartition("@")[2]
        try:
            for series in _wanted(exposition, unquote(parts.fragment)):
                rows.add(
                    Meter(series.name, series.kind, series.unit),
                    series.value,
                    resource_id(instance, series.labels),
                    metadata={**series.labels, "instance": instance},
                )
        except TooManySeries as error:
            dropped("poll", "prometheus: too many series")
            self._failures.met(without_secrets(target.id), error)
        dropped("poll", "prometheus: bad line", exposition.bad_lines)


class Exporters:
    """Discovery `prometheus://host:9100,other:9090/path`: exporters that polling.yaml names, `/metrics` by default."""

    def __init__(self, settings: PollSettings) -> None:
        """Needs nobody."""

    def discover(self, parameter: str) -> list[Target]:
        """An exporter for each address between the commas."""
        addresses = [each.strip() for each in parameter.split(",") if each.strip()]
        return [Target(f"http://{each}" if "/" in each else f"http://{each}/metrics") for each in addresses]


def resource_id(instance: str, labels: dict[str, str]) -> str:
    """
    The resource that a series belongs to: one for each set of labels that an exporter has.

    >>> resource_id("a:9100", {"mode": "idle", "cpu": "0"}), resource_id("a:9100", {})
    ('a:9100{cpu="0",mode="idle"}', 'a:9100')
    """
    written = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    found = f"{instance}{{{written}}}" if written else instance
    if len(found) <= ID_LENGTH_MAX:
        return found
    return f"{found[: ID_LENGTH_MAX - 17]}~{hashlib.sha256(found.encode()).hexdigest()[:16]}"


def _wanted(exposition: Exposition, globs: str) -> Iterator[Series]:
    """The series with a number and a name that the globs let through, all of them without any."""
    names = NameFilter.of([each.strip() for each in globs.split(",")]) if globs else None
    known: dict[str, bool] = {}
    for series in exposition.series():
        # An empty summary has NaN for its quantiles: nothing is wrong with it.
        if names is not None and series.name not in known:
            known[series.name] = names.matches(series.name)
        if known.get(series.name, True) and math.isfinite(series.value):
            yield series


def _request(url: str) -> tuple[str, dict[str, str]]:
    """The URL without its password and its fragment, and the headers that have the password instead."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    headers = {"Accept": ACCEPT}
    if user:
        headers["Authorization"] = f"Basic {base64.b64encode(unquote(user).encode()).decode()}"
    return urlunsplit((parts.scheme, host, parts.path or "/metrics", parts.query, "")), headers
