# SPDX-License-Identifier: Apache-2.0
"""Puts together what an agent collects a cloud with: who polls and who listens, and the pipelines behind both."""

import socket
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nephoscope import __version__
from nephoscope.client.ask import Server
from nephoscope.client.config import AgentConfig
from nephoscope.client.reporting import Reporting
from nephoscope.client.reporting import over as reports_over
from nephoscope.client.send import Credentials
from nephoscope.collection import notifications, pipelines, polling
from nephoscope.collection.pipelines import Pipelines
from nephoscope.collection.polling import Polling
from nephoscope.model.agent_report import AgentReport, Drop, shown
from nephoscope.observe import registry
from nephoscope.poll.openstack.connection import Cloud
from nephoscope.receive.notifications.amqp import AmqpConsumer

STOP_CONSUMER_S = 10.0


@dataclass
class Collection:
    """The running parts; `stop` ends them from the journey's front."""

    cloud: Cloud
    pipelines: Pipelines
    polling: Polling | None = None
    consumer: AmqpConsumer | None = None
    reporting: Reporting | None = None

    def start(self) -> None:
        """Begin at the journey's end, so that nothing waits for who is not there yet."""
        self.pipelines.start()
        if self.polling is not None:
            self.polling.start()
        if self.consumer is not None:
            self.consumer.start()
        if self.reporting is not None:
            self.reporting.start()

    @property
    def alive(self) -> bool:
        """Whether what works in the background still does."""
        return self.polling is None or self.polling.alive

    def stop(self) -> None:
        """Poll and consume no more; what was taken is published or on disk, shared work is the others'."""
        if self.reporting is not None:
            self.reporting.stop(0)
        if self.consumer is not None:
            self.consumer.stop(STOP_CONSUMER_S)
        if self.polling is not None:
            self.polling.stop()
        self.pipelines.stop()
        # The last to need it are publishers that show its tokens.
        self.cloud.close()

    def report(self, about: AgentReport, most: int) -> AgentReport:
        """What `about` says of the agent, with what runs and how far everything was counted; `most` bounds lists."""
        drops = registry.series("nephoscope_dropped_total").items()
        report = msgspec.structs.replace(
            about,
            time_ns=time.time_ns(),
            brokers=self.consumer.report(most) if self.consumer is not None else (),
            drops=tuple(Drop(**dict(labels), records=number) for labels, number in sorted(drops))[:most],
        )
        if self.polling is not None:
            report = self.polling.reported(report, most)
        return self.pipelines.reported(report, most)


def opened(config: AgentConfig, credentials: Credentials) -> Collection:
    """Read all files, make all parts; NephoscopeError names the file, line and key that are wrong. Starts nothing."""
    host_name, server = config.host.name or socket.gethostname(), _server(config, credentials)
    cloud = Cloud(config.polling.openstack, config.polling.timeout_s)
    collection = Collection(cloud, pipelines.opened(config, credentials, cloud))
    running, letters = collection.pipelines.running, collection.pipelines.letters
    if config.polling.file:
        collection.polling = polling.opened(config, host_name, cloud, server, running)
    if config.notifications.urls or config.notifications.urls_file:
        collection.consumer = notifications.consumer(config.notifications, running, letters)
    if config.report.enabled:
        collection.reporting = _reporting(collection, host_name, server, config.report.interval_s)
    return collection


def _server(config: AgentConfig, credentials: Credentials) -> Server:
    section = config.server
    ca_file = Path(section.ca_file) if section.ca_file else None
    return Server(
        section.url, credentials=credentials, timeout_s=section.timeout_s, ca_file=ca_file, verify=section.verify
    )


def _reporting(collection: Collection, host_name: str, server: Server, interval_s: float) -> Reporting:
    now_ns = time.time_ns()
    about = AgentReport(shown(host_name), __version__, started_ns=now_ns, time_ns=now_ns, interval_s=interval_s)
    return Reporting(lambda most: collection.report(about, most), reports_over(server), interval_s)
