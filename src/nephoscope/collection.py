# SPDX-License-Identifier: Apache-2.0
"""Builds what an agent collects a cloud with out of its settings: polling, notifications, pipelines, publishers."""

import hashlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nephoscope import __version__
from nephoscope.client.ask import Server
from nephoscope.client.config import AgentConfig, NotificationsConfig
from nephoscope.client.delivery import Backoff
from nephoscope.client.rejected import Rejected
from nephoscope.client.reporting import Reporting
from nephoscope.client.reporting import over as reports_over
from nephoscope.client.send import Credentials, Sender, basic
from nephoscope.client.shared_work import SLOTS, Memory, SharedWork, over
from nephoscope.client.spool import Spool
from nephoscope.model.agent_report import AgentReport, Drop, SharedSlots, shown
from nephoscope.model.errors import BadPayload, NephoscopeError
from nephoscope.model.reserved import Reserved
from nephoscope.model.sample_columns import Samples
from nephoscope.observe import registry
from nephoscope.pipeline import handover
from nephoscope.pipeline.chain import Pipeline
from nephoscope.pipeline.config import PipelineConfig, Takes
from nephoscope.pipeline.config import read as read_pipeline
from nephoscope.pipeline.publish import ignored, made
from nephoscope.pipeline.publish.contract import Headers, Publisher, PublishSettings, authorization
from nephoscope.pipeline.publish.dead_letters import PATH as DEAD_LETTERS_PATH
from nephoscope.pipeline.publish.dead_letters import letter
from nephoscope.pipeline.publish.outlet import Outlet, Peer
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.running import Running
from nephoscope.pipeline.state import State
from nephoscope.poll import discovery
from nephoscope.poll.contract import PollSettings
from nephoscope.poll.discovery import Discoveries
from nephoscope.poll.families import load_all
from nephoscope.poll.plan import Plan, planned
from nephoscope.poll.polling import PollingConfig
from nephoscope.poll.polling import read as read_polling
from nephoscope.poll.report import families_of, sources_of
from nephoscope.poll.rounds import Rounds
from nephoscope.poll.sharing import Everything, Share
from nephoscope.receive.notifications import events, meters
from nephoscope.receive.notifications.amqp import AmqpConsumer
from nephoscope.receive.notifications.conversion import Conversion
from nephoscope.receive.transport.amqp_settings import EXCHANGES, PRIORITIES, AmqpSettings, Delivered

log = logging.getLogger("nephoscope.client")

# What samples, and events, pass through where no file says otherwise. Events that create, change and end resources
# do so through the Gnocchi API.
BUILTIN_PIPELINES: dict[Takes, str] = {
    "meters": """
sources: [{name: everything, meters: ["*"], sinks: [nephoscope]}]
sinks: [{name: nephoscope, publishers: ["nephoscope://"]}]
""",
    "events": """
sources: [{name: everything, events: ["*"], sinks: [nephoscope]}]
sinks: [{name: nephoscope, publishers: ["nephoscope://", "gnocchi://"]}]
""",
}
STOP_ROUNDS_S, STOP_CONSUMER_S, STOP_PIPELINES_S = 3.0, 10.0, 5.0


@dataclass
class Collection:
    """The running parts; `stop` ends them from the journey's front."""

    running: Running
    letters: Outlet
    rounds: Rounds | None = None
    polling: tuple[PollingConfig, Plan] | None = None
    share: SharedWork | None = None
    consumer: AmqpConsumer | None = None
    reporting: Reporting | None = None

    def start(self) -> None:
        """Begin at the journey's end, so that nothing waits for who is not there yet."""
        self.letters.start()
        self.running.start()
        if self.share is not None:
            self.share.start()
        if self.rounds is not None:
            self.rounds.start()
        if self.consumer is not None:
            self.consumer.start()
        if self.reporting is not None:
            self.reporting.start()

    @property
    def alive(self) -> bool:
        """Whether what works in the background still does."""
        return self.rounds is None or self.rounds.alive

    def stop(self) -> None:
        """Poll and consume no more; what was taken is published or on disk, shared work is the others'."""
        if self.reporting is not None:
            self.reporting.stop(0)
        if self.consumer is not None:
            self.consumer.stop(STOP_CONSUMER_S)
        if self.rounds is not None:
            self.rounds.stop(STOP_ROUNDS_S)
        if self.share is not None:
            self.share.stop()
        self.running.stop(STOP_PIPELINES_S)
        self.letters.stop(1.0)

    def report(self, about: AgentReport, most: int) -> AgentReport:
        """What `about` says of the agent, with what runs and how far everything was counted; `most` bounds lists."""
        pipelines, outlets = self.running.report(most - 1)
        drops = registry.series("nephoscope_dropped_total").items()
        config, plan = self.polling or (None, None)
        return msgspec.structs.replace(
            about,
            time_ns=time.time_ns(),
            sources=sources_of(config, plan, most) if config is not None and plan is not None else (),
            tasks=self.rounds.report(most) if self.rounds is not None else (),
            families=families_of(plan, most) if plan is not None else (),
            shared=None if self.share is None else _slots_of(self.share),
            brokers=self.consumer.report(most) if self.consumer is not None else (),
            pipelines=pipelines,
            outlets=(*outlets, self.letters.report()),
            drops=tuple(Drop(**dict(labels), records=number) for labels, number in sorted(drops))[:most],
        )


def opened(config: AgentConfig, credentials: Credentials) -> Collection:
    """Read all files, make all parts; NephoscopeError names the file, line and key that are wrong. Starts nothing."""
    folder = Path(config.spool.folder) / "collection"
    samples = _pipeline(config.pipeline.file, "meters")
    event_pipeline = _pipeline(config.pipeline.events_file, "events")
    settings = _publish_settings(config, credentials)
    pipeline, publishers = Pipeline(samples), _publishers(samples, event_pipeline, settings)
    outlets = {
        url: _outlet(config, folder / _folder_name(url), str(PublisherUrl.of(url)), each)
        for url, each in publishers.items()
    }
    running = Running(pipeline, event_pipeline, publishers, outlets, State(folder / "state.sqlite"))
    sender = Sender(
        config.server.url,
        path=DEAD_LETTERS_PATH,
        credentials=credentials,
        timeout_s=config.server.timeout_s,
        verify=config.server.verify,
        ca_file=config.server.ca_file or None,
    )
    collection = Collection(running, _outlet(config, folder / "dead-letters", "dead letters", sender))
    if config.polling.file:
        _add_polling(collection, config, credentials)
    if config.notifications.urls or config.notifications.urls_file:
        collection.consumer = _consumer(config, running, collection.letters)
    if config.report.enabled:
        collection.reporting = _reporting(collection, config, credentials)
    return collection


def _pipeline(file: str, takes: Takes) -> PipelineConfig:
    text = _text(file) if file else BUILTIN_PIPELINES[takes]
    found = read_pipeline(text, file or "the built-in pipeline", takes)
    for warning in found.warnings:
        log.warning("%s", warning)
    return found


def _text(file: str | Path) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NephoscopeError(f"{file} cannot be read: {error}") from None


def _publish_settings(config: AgentConfig, credentials: Credentials) -> PublishSettings:
    pipeline, notifications = config.pipeline, config.notifications
    brokers = _brokers(notifications)
    return PublishSettings(
        server_url=config.server.url,
        credentials=credentials,
        verify=config.server.verify,
        ca_file=config.server.ca_file or None,
        gnocchi_url=pipeline.gnocchi_url or f"{config.server.url.rstrip('/')}/gnocchi",
        gnocchi_authentication=_gnocchi_authentication(config, credentials),
        definitions=(_text(pipeline.resources_file), pipeline.resources_file) if pipeline.resources_file else None,
        telemetry_secret=_secret(notifications),
        broker_url=brokers[0] if brokers else "",
    )


def _gnocchi_authentication(config: AgentConfig, credentials: Credentials) -> Headers:
    pipeline = config.pipeline
    if pipeline.gnocchi_keystone:
        from nephoscope.poll.openstack.connection import Cloud

        return Cloud(config.polling.openstack, config.polling.timeout_s).authentication
    named = basic(pipeline.gnocchi_username, pipeline.gnocchi_password) if pipeline.gnocchi_username else credentials
    return authorization(named)


def _brokers(config: NotificationsConfig) -> tuple[str, ...]:
    if config.urls_file:
        lines = (line.strip() for line in _text(config.urls_file).splitlines())
        return tuple(line for line in lines if line and not line.startswith("#"))
    return tuple(config.urls)


def _secret(config: NotificationsConfig) -> str:
    return _text(config.telemetry_secret_file).strip() if config.telemetry_secret_file else ""


def _publishers(samples: PipelineConfig, events: PipelineConfig, settings: PublishSettings) -> dict[str, Publisher]:
    """One for each URL, however many sinks name it."""
    publishers: dict[str, Publisher] = {}
    for pipeline, for_events in ((samples, False), (events, True)):
        for url in (url for sink in pipeline.sinks for url in sink.publishers):
            publisher = made(url, settings, for_events=for_events)
            if url in publishers:
                continue
            publishers[url] = publisher
            for warning in ignored(url):
                log.warning("%s", warning)
    return publishers


def _folder_name(url: str) -> str:
    """A folder that stays the publisher's, and shows no password."""
    return f"{url.partition(':')[0]}-{hashlib.sha256(url.encode()).hexdigest()[:16]}"


def _outlet(config: AgentConfig, folder: Path, name: str, peer: Peer) -> Outlet:
    spool = Spool(folder, bytes_max=config.spool.bytes_max, age_s_max=config.spool.age_s_max)
    return Outlet(name, peer, spool, Rejected(folder / "rejected.jsonl"), Backoff(longest_s=config.spool.retry_s_max))


def _consumer(config: AgentConfig, running: Running, letters: Outlet) -> AmqpConsumer:
    section = config.notifications
    settings = AmqpSettings(
        urls=_brokers(section),
        exchanges=tuple(section.exchanges) or EXCHANGES,
        topics=section.topics,
        priorities=tuple(section.priorities) or PRIORITIES,
        pool=section.pool,
        amqp_durable_queues=section.durable_queues,
        amqp_auto_delete=section.auto_delete,
        batch_size_max=section.batch_size_max,
        prefetch=section.prefetch,
        ca_file=section.ca_file or None,
    )
    conversion = Conversion(_meters(section), _events(section), running.seen, running.take)

    def refuse(delivered: Delivered, why: str) -> None:
        letters.keep(letter("notifications", why, delivered.body, time.time_ns()))

    return AmqpConsumer(settings, conversion, refuse)


def _reserved(config: NotificationsConfig) -> Reserved:
    return Reserved(config.reserved_metadata_namespaces, config.reserved_metadata_keys)


def _meters(config: NotificationsConfig) -> meters.MeterDefinitions:
    secret, reserved = _secret(config), _reserved(config)
    if not config.meters:
        return meters.builtin(telemetry_secret=secret, reserved=reserved)
    files = [file for place in config.meters for file in _definition_files(Path(place))]
    return meters.read([(str(file), _text(file)) for file in files], telemetry_secret=secret, reserved=reserved)


def _definition_files(place: Path) -> list[Path]:
    return sorted(place.glob("*.yaml")) if place.is_dir() else [place]


def _events(config: NotificationsConfig) -> events.EventDefinitions:
    drop, raw = config.drop_unmatched_events, config.store_raw
    if not config.events_file:
        return events.builtin(drop_unmatched=drop, store_raw=raw)
    return events.read(_text(config.events_file), config.events_file, drop_unmatched=drop, store_raw=raw)


def _add_polling(collection: Collection, config: AgentConfig, credentials: Credentials) -> None:
    section, settings = config.polling, _poll_settings(config)
    families, missing = load_all(settings)
    for sentence in missing:
        log.info("%s", sentence)
    discoveries = Discoveries(settings)
    wanted = read_polling(_text(section.file), section.file)
    plan = planned(wanted, families, section.namespaces, discovery.offered())
    collection.polling = (wanted, plan)
    resources = Resources(collection.running)
    share: Share = Everything()
    if section.group:
        collection.share = share = _share(config, credentials, resources)
        resources.changed = collection.share.changed
    # A family asks several times within a cycle, each time for no longer than one request may take.
    collection.rounds = Rounds(plan, families, discoveries, share, resources.publish, timeout_s=3 * section.timeout_s)


def _poll_settings(config: AgentConfig) -> PollSettings:
    section = config.polling
    key_file = section.radosgw_secret_key_file
    return PollSettings(
        host_name=config.host.name or socket.gethostname(),
        libvirt_uri=section.libvirt_uri,
        openstack=section.openstack or None,
        definitions_dirs=tuple(section.definitions_dirs),
        reserved=_reserved(config.notifications),
        timeout_s=section.timeout_s,
        instance_discovery_method=section.instance_discovery_method,
        resource_update_interval_s=section.resource_update_interval_s,
        resource_cache_expiry_s=section.resource_cache_expiry_s,
        fetch_extra_metadata=section.fetch_extra_metadata,
        report_stopped_instance_metrics=section.report_stopped_instance_metrics,
        radosgw=(section.radosgw_access_key, _text(key_file).strip()) if key_file else None,
    )


def _share(config: AgentConfig, credentials: Credentials, resources: "Resources") -> SharedWork:
    server = _server(config, credentials)
    memory = Memory(resources.packed, resources.take_over, resources.gone)
    holder, section = config.host.name or socket.gethostname(), config.polling
    return SharedWork(over(server), section.group, memory, holder=holder, ttl_s=section.lease_s)


def _server(config: AgentConfig, credentials: Credentials) -> Server:
    section = config.server
    ca_file = Path(section.ca_file) if section.ca_file else None
    return Server(
        section.url, credentials=credentials, timeout_s=section.timeout_s, ca_file=ca_file, verify=section.verify
    )


def _slots_of(share: SharedWork) -> SharedSlots:
    return SharedSlots(shown(share.group), len(share.slots()), SLOTS)


def _reporting(collection: Collection, config: AgentConfig, credentials: Credentials) -> Reporting:
    about = AgentReport(
        name=shown(config.host.name or socket.gethostname()),
        version=__version__,
        started_ns=time.time_ns(),
        time_ns=0,
        interval_s=config.report.interval_s,
    )
    tell = reports_over(_server(config, credentials))
    return Reporting(lambda most: collection.report(about, most), tell, config.report.interval_s)


class Resources:
    """
    Which resources each slot of shared work has brought, so that what pipelines remember of them moves with the slot.

    `changed` is told of slots that brought something.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self._of_slot: dict[int, set[str]] = {}
        self._lock = threading.Lock()
        self.changed: Callable[[int], None] = lambda slot: None

    def publish(self, part: str, samples: Samples) -> None:
        """What a part of the polling has read goes into the pipelines."""
        self._running.take_or_drop(samples)
        if part:
            slot = int(part.rpartition("/")[2])
            self._note(slot, (str(each) for each in samples.resource_id.tolist()))
            self.changed(slot)

    def packed(self, slot: int) -> bytes | None:
        """What is remembered of a slot's resources; None when nothing was read of it here."""
        with self._lock:
            resources = set(self._of_slot.get(slot, ()))
        return handover.packed(self._running.of_resources(resources)) if resources else None

    def take_over(self, slot: int, body: bytes) -> None:
        """Remember what another agent has of a slot."""
        try:
            items = handover.unpacked(body)
        except BadPayload as error:
            log.warning("slot %d: %s; its rates begin anew", slot, error)
            return
        self._running.take_over(items)
        self._note(slot, (item.resource for listed in items.values() for item in listed))

    def gone(self, slot: int) -> None:
        """Another agent has the slot: forget its resources."""
        with self._lock:
            resources = self._of_slot.pop(slot, set())
        if resources:
            self._running.hand_over(resources)

    def _note(self, slot: int, resources: Iterable[str]) -> None:
        with self._lock:
            self._of_slot.setdefault(slot, set()).update(resources)
