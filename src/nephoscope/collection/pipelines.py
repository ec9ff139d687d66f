# SPDX-License-Identifier: Apache-2.0
"""Where everything collected goes: the pipelines, their publishers, and an outlet on disk for each of these."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nephoscope.client.config import AgentConfig
from nephoscope.client.delivery import Backoff
from nephoscope.client.rejected import Rejected
from nephoscope.client.send import Credentials, Sender, basic
from nephoscope.client.spool import Spool
from nephoscope.collection import notifications
from nephoscope.model import text_file
from nephoscope.model.agent_report import AgentReport
from nephoscope.pipeline.chain import Pipeline
from nephoscope.pipeline.config import PipelineConfig, Takes, read
from nephoscope.pipeline.publish import ignored, made
from nephoscope.pipeline.publish.contract import Headers, Publisher, PublishSettings, authorization
from nephoscope.pipeline.publish.dead_letters import PATH as DEAD_LETTERS_PATH
from nephoscope.pipeline.publish.outlet import Outlet, Peer
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.running import Running
from nephoscope.pipeline.state import State
from nephoscope.poll.openstack.connection import Cloud

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
STOP_PIPELINES_S, STOP_LETTERS_S = 5.0, 1.0


@dataclass(frozen=True)
class Pipelines:
    """The pipelines of samples and events, and the outlet of dead letters."""

    running: Running
    letters: Outlet

    def start(self) -> None:
        """Begin to send, and to take."""
        self.letters.start()
        self.running.start()

    def stop(self) -> None:
        """Take no more; what was taken is published or on disk."""
        self.running.stop(STOP_PIPELINES_S)
        self.letters.stop(STOP_LETTERS_S)

    def reported(self, report: AgentReport, most: int) -> AgentReport:
        """The report with the pipelines and all outlets; `most` bounds lists."""
        pipelines, outlets = self.running.report(most - 1)
        return msgspec.structs.replace(report, pipelines=pipelines, outlets=(*outlets, self.letters.report()))


def opened(config: AgentConfig, credentials: Credentials, cloud: Cloud) -> Pipelines:
    """The parts; NephoscopeError names the file, line and key that are wrong."""
    folder = Path(config.spool.folder) / "collection"
    samples, events = _read(config.pipeline.file, "meters"), _read(config.pipeline.events_file, "events")
    settings = _publish_settings(config, credentials, cloud)
    pipeline, publishers = Pipeline(samples), _publishers(samples, events, settings)
    outlets = {
        url: _outlet(config, folder / _folder_name(url), str(PublisherUrl.of(url)), each)
        for url, each in publishers.items()
    }
    running = Running(pipeline, events, publishers, outlets, State(folder / "state.sqlite"))
    sender = Sender(
        config.server.url,
        path=DEAD_LETTERS_PATH,
        credentials=credentials,
        timeout_s=config.server.timeout_s,
        verify=config.server.verify,
        ca_file=config.server.ca_file or None,
    )
    return Pipelines(running, _outlet(config, folder / "dead-letters", "dead letters", sender))


def _read(file: str, takes: Takes) -> PipelineConfig:
    text = text_file.read(file) if file else BUILTIN_PIPELINES[takes]
    found = read(text, file or "the built-in pipeline", takes)
    for warning in found.warnings:
        log.warning("%s", warning)
    return found


def _publish_settings(config: AgentConfig, credentials: Credentials, cloud: Cloud) -> PublishSettings:
    server, pipeline = config.server, config.pipeline
    brokers = notifications.brokers(config.notifications)
    definitions = pipeline.resources_file
    # Under another name we are to our own server as to any.
    own_gnocchi = f"{server.url.rstrip('/')}/gnocchi"
    return PublishSettings(
        server_url=server.url,
        credentials=credentials,
        verify=server.verify,
        ca_file=server.ca_file or None,
        gnocchi_url=pipeline.gnocchi_url or (own_gnocchi if pipeline.gnocchi_username else ""),
        gnocchi_authentication=_gnocchi_authentication(config, credentials, cloud),
        definitions=(text_file.read(definitions), definitions) if definitions else None,
        telemetry_secret=notifications.secret(config.notifications),
        broker_url=brokers[0] if brokers else "",
    )


def _gnocchi_authentication(config: AgentConfig, credentials: Credentials, cloud: Cloud) -> Headers:
    pipeline = config.pipeline
    if pipeline.gnocchi_keystone:
        return cloud.authentication
    named = basic(pipeline.gnocchi_username, pipeline.gnocchi_password) if pipeline.gnocchi_username else credentials
    return authorization(named)


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
