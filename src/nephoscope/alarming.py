# SPDX-License-Identifier: Apache-2.0
"""Puts together what decides alarms and what tells of it, out of the configuration."""

import base64
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from nephoscope.act.notify.contract import Identity
from nephoscope.act.notify.notifier import Notifier
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.alarm.evaluator import EvaluationSettings, Evaluator
from nephoscope.alarm.events import EventAlarms
from nephoscope.alarm.forgetting import Forgetting
from nephoscope.alarm.http_json import Asker
from nephoscope.alarm.prometheus import Prometheus
from nephoscope.alarm.remote import RemoteThresholds
from nephoscope.alarm.sharing import Share
from nephoscope.alarm.targets import Targets
from nephoscope.alarm.thresholds import Judge, Thresholds
from nephoscope.config import AlarmConfig, Config
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.metrics import MetricReader
from nephoscope.store.catalog import Catalog
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState

STOP_S = 10.0


@dataclass(frozen=True)
class Alarming:
    """The running parts: `events` is told of events as they are taken in."""

    evaluator: Evaluator
    events: EventAlarms
    notifier: Notifier
    sources: Sequence[RemoteThresholds | Prometheus]

    def start(self) -> None:
        """Begin, in the background."""
        self.notifier.start()
        self.evaluator.start()

    def stop(self) -> None:
        """Decide nothing more, then deliver what is under way; the rest waits in the outbox."""
        self.evaluator.stop()
        self.notifier.stop(STOP_S)
        for each in self.sources:
            each.close()

    def note(self, events: Sequence[KeptEvent]) -> None:
        """Decide the alarms that wait for these events."""
        self.events.note(events)


def open_alarming(
    config: Config,
    index: Index,
    catalog: Catalog,
    reader: MetricReader,
    series: SeriesState,
    identity: Identity | None,
) -> Alarming | None:
    """
    Alarms over these parts, not started yet; None where this process is not to decide any.

    `identity` is the identity service, without which nobody can be told in somebody's name.
    """
    section = config.alarm
    if not section.enabled:
        return None
    notifier = Notifier(index.outbox, NotifierSettings(**msgspec.structs.asdict(config.act)), identity=identity)
    prometheus = Prometheus(_asker(section, section.prometheus_url)) if section.prometheus_url else None
    lag_ns = int(section.lag_s * SECOND_NS)
    remote = RemoteThresholds(_asker(section, section.gnocchi_url), lag_ns) if section.gnocchi_url else None
    judge: Judge = remote or Thresholds(Targets(index, catalog), reader, series, lag_ns)
    evaluator = Evaluator(
        index,
        judge,
        Share(index, f"{socket.gethostname()}.{os.getpid()}"),
        EvaluationSettings(section.interval_s, section.settle_s),
        prometheus=prometheus,
        forget=Forgetting(index, section.history_days, section.deliveries_days).turn,
        decided=notifier.wake,
    )
    events = EventAlarms(index.alarms, decided=notifier.wake)
    return Alarming(evaluator, events, notifier, [each for each in (remote, prometheus) if each is not None])


def _asker(section: AlarmConfig, url: str) -> Asker:
    def headers() -> Mapping[str, str]:
        if url != section.gnocchi_url or not section.gnocchi_username:
            return {}
        pair = f"{section.gnocchi_username}:{section.gnocchi_password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    return Asker(url, headers, timeout_s=section.timeout_s, ca_file=section.ca_file or None)
