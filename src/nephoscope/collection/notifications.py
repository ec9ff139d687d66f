# SPDX-License-Identifier: Apache-2.0
"""What listens to a cloud's message buses: the consumer, and the definitions by which messages become samples."""

import time
from pathlib import Path

from nephoscope.client.config import NotificationsConfig
from nephoscope.model import text_file
from nephoscope.model.reserved import Reserved
from nephoscope.pipeline.publish.dead_letters import letter
from nephoscope.pipeline.publish.outlet import Outlet
from nephoscope.pipeline.running import Running
from nephoscope.receive.notifications import events, meters
from nephoscope.receive.notifications.amqp import AmqpConsumer
from nephoscope.receive.notifications.conversion import Conversion
from nephoscope.receive.transport.amqp_settings import EXCHANGES, PRIORITIES, AmqpSettings, Delivered


def consumer(config: NotificationsConfig, running: Running, letters: Outlet) -> AmqpConsumer:
    """Whoever takes messages into the running pipelines, and makes dead letters of those that nobody can read."""
    settings = AmqpSettings(
        urls=brokers(config),
        exchanges=tuple(config.exchanges) or EXCHANGES,
        topics=config.topics,
        priorities=tuple(config.priorities) or PRIORITIES,
        pool=config.pool,
        amqp_durable_queues=config.durable_queues,
        amqp_auto_delete=config.auto_delete,
        batch_size_max=config.batch_size_max,
        prefetch=config.prefetch,
        ca_file=config.ca_file or None,
    )
    conversion = Conversion(meter_definitions(config), _event_definitions(config), running.seen, running.take)

    def refuse(delivered: Delivered, why: str) -> None:
        letters.keep(letter("notifications", why, delivered.body, time.time_ns()))

    return AmqpConsumer(settings, conversion, refuse)


def brokers(config: NotificationsConfig) -> tuple[str, ...]:
    """The addresses of the buses, with their passwords."""
    if config.urls_file:
        lines = (line.strip() for line in text_file.read(config.urls_file).splitlines())
        return tuple(line for line in lines if line and not line.startswith("#"))
    return tuple(config.urls)


def secret(config: NotificationsConfig) -> str:
    """What telemetry messages are signed with; empty for nothing."""
    return text_file.read(config.telemetry_secret_file).strip() if config.telemetry_secret_file else ""


def reserved(config: NotificationsConfig) -> Reserved:
    """Which of the metadata that users give their servers go with samples."""
    return Reserved(config.reserved_metadata_namespaces, config.reserved_metadata_keys)


def meter_definitions(config: NotificationsConfig) -> meters.MeterDefinitions:
    """Those of the files that the settings name, or the built-in ones."""
    telemetry_secret, kept = secret(config), reserved(config)
    if not config.meters:
        return meters.builtin(telemetry_secret=telemetry_secret, reserved=kept)
    files = [file for place in config.meters for file in _definition_files(Path(place))]
    texts = [(str(file), text_file.read(file)) for file in files]
    return meters.read(texts, telemetry_secret=telemetry_secret, reserved=kept)


def _definition_files(place: Path) -> list[Path]:
    return sorted(place.glob("*.yaml")) if place.is_dir() else [place]


def _event_definitions(config: NotificationsConfig) -> events.EventDefinitions:
    drop, raw = config.drop_unmatched_events, config.store_raw
    if not config.events_file:
        return events.builtin(drop_unmatched=drop, store_raw=raw)
    return events.read(text_file.read(config.events_file), config.events_file, drop_unmatched=drop, store_raw=raw)
