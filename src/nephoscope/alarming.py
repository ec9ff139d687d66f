# SPDX-License-Identifier: Apache-2.0
"""Puts together what decides alarms and what tells of it, out of the configuration."""

import base64
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import msgspec

from nephoscope.act.notify.contract import Identity
from nephoscope.act.notify.notifier import Notifier
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.act.route.quiet import Quiet
from nephoscope.act.route.router import Router
from nephoscope.act.route.rules import CurrentRules
from nephoscope.act.scale.signals import Signals
from nephoscope.alarm.asking import Asking
from nephoscope.alarm.counting import Counting
from nephoscope.alarm.evaluator import EvaluationSettings, Evaluator
from nephoscope.alarm.events import EventAlarms
from nephoscope.alarm.forgetting import Forgetting
from nephoscope.alarm.http_json import Asker
from nephoscope.alarm.instance_reader import InstanceReader
from nephoscope.alarm.load_balancers import LoadBalancers
from nephoscope.alarm.members import MemberFinder
from nephoscope.alarm.prometheus import Prometheus
from nephoscope.alarm.readings import Judges
from nephoscope.alarm.recent_events import EventReading
from nephoscope.alarm.remote import RemoteThresholds
from nephoscope.alarm.series_reading import SeriesReading
from nephoscope.alarm.sharing import Share
from nephoscope.alarm.sql_rule import SqlReading
from nephoscope.alarm.targets import Targets
from nephoscope.alarm.thresholds import Judge, Thresholds
from nephoscope.config import AlarmConfig, Config
from nephoscope.model.alarm import Evaluated
from nephoscope.model.errors import BadRequest
from nephoscope.model.kept_event import KeptEvent
from nephoscope.model.timespan import SECOND_NS
from nephoscope.query.metrics import MetricReader
from nephoscope.query.sql.statements import Statements
from nephoscope.store.catalog import Catalog
from nephoscope.store.contract import Store
from nephoscope.store.index.contract import Index
from nephoscope.store.series import SeriesState

STOP_S = 10.0


@dataclass(frozen=True)
class Alarming:
    """The running parts: `events` is told of events as they are taken in."""

    evaluator: Evaluator
    events: EventAlarms
    notifier: Notifier
    router: Router
    sources: Sequence[RemoteThresholds | Prometheus | InstanceReader | LoadBalancers]
    counting: Counting | None

    def evaluations(self, project_id: str | None) -> Sequence[Evaluated]:
        """How often this process's decisions about alarms of a project, or all, gave each state, if that is counted."""
        return self.counting.of(project_id) if self.counting is not None else ()

    def start(self) -> None:
        """Begin, in the background."""
        self.notifier.start()
        self.router.start()
        self.evaluator.start()

    def stop(self) -> None:
        """Decide nothing more, then deliver what is under way; the rest waits in the outbox."""
        self.evaluator.stop()
        self.router.stop()
        self.notifier.stop(STOP_S)
        for each in self.sources:
            each.close()

    def note(self, events: Sequence[KeptEvent]) -> None:
        """Decide the alarms that wait for these events."""
        self.events.note(events)


def open_alarming(
    config: Config,
    store: Store,
    index: Index,
    catalog: Catalog,
    reader: MetricReader,
    series: SeriesState,
    statements: Statements,
    identity: Identity | None,
) -> Alarming | None:
    """
    Alarms over these parts, not started yet; None where this process is not to decide any.

    `identity` is the identity service, without which nobody can be told in somebody's name.
    """
    section = config.alarm
    if not section.enabled:
        return None
    settings = NotifierSettings(**msgspec.structs.asdict(config.act))
    signals = Signals(index.scaling, index.alarms)
    notifier = Notifier(index.outbox, settings, identity=identity, signals=signals)
    prometheus = Prometheus(_asker(section, section.prometheus_url)) if section.prometheus_url else None
    lag_ns = int(section.lag_s * SECOND_NS)
    remote = RemoteThresholds(_asker(section, section.gnocchi_url), lag_ns) if section.gnocchi_url else None
    judge: Judge = remote or Thresholds(Targets(index, catalog), reader, series, lag_ns)
    instances = InstanceReader(
        SeriesReading(MemberFinder(index, catalog), reader, series, lag_ns), SqlReading(statements)
    )
    balancers = _load_balancers(section, identity)
    name = f"{socket.gethostname()}.{os.getpid()}"
    rules = CurrentRules(index.routing)
    quiet = Quiet(rules).silence
    counting = Counting() if config.aodh.enable_evaluation_results_metrics else None
    judges = Judges(judge, prometheus, instances, balancers, EventReading(store))
    evaluator = Evaluator(
        index,
        judges,
        Share(index, name),
        EvaluationSettings(section.interval_s, section.settle_s),
        asking=Asking(judges, elsewhere=remote is not None),
        forget=Forgetting(index, section.history_days, section.deliveries_days).turn,
        decided=notifier.wake,
        quiet=quiet,
        counting=counting,
    )
    events = EventAlarms(index.alarms, decided=notifier.wake, quiet=quiet)
    router = Router(index, rules, f"{name}.{uuid4().hex[:12]}", told=notifier.wake)
    sources = [each for each in (remote, prometheus, instances, balancers) if each is not None]
    return Alarming(evaluator, events, notifier, router, sources, counting)


def _load_balancers(section: AlarmConfig, identity: Identity | None) -> LoadBalancers | None:
    if not section.load_balancer_url:
        return None
    if identity is None:
        raise BadRequest("alarm.load_balancer_url: who is asked wants a token, so it needs [keystone] with a user")
    return LoadBalancers(
        section.load_balancer_url,
        identity.service_token,
        creation_s=section.load_balancer_creation_s,
        timeout_s=section.timeout_s,
        ca_file=section.ca_file or None,
    )


def _asker(section: AlarmConfig, url: str) -> Asker:
    def headers() -> Mapping[str, str]:
        if url != section.gnocchi_url or not section.gnocchi_username:
            return {}
        pair = f"{section.gnocchi_username}:{section.gnocchi_password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    return Asker(url, headers, timeout_s=section.timeout_s, ca_file=section.ca_file or None)
