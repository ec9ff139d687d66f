# SPDX-License-Identifier: Apache-2.0
"""What polls a cloud as a `polling.yaml` wants it: families, discoveries, rounds, and the share of this agent."""

import logging
from dataclasses import dataclass

import msgspec

from nephoscope.client.ask import Server
from nephoscope.client.config import AgentConfig
from nephoscope.client.shared_work import SLOTS, Memory, SharedWork, over
from nephoscope.collection import notifications
from nephoscope.collection.slots import SlotResources
from nephoscope.model import text_file
from nephoscope.model.agent_report import AgentReport, SharedSlots, shown
from nephoscope.pipeline.running import Running
from nephoscope.poll import discovery
from nephoscope.poll.contract import PollSettings
from nephoscope.poll.discovery import Discoveries
from nephoscope.poll.families import load_all
from nephoscope.poll.openstack.connection import Cloud
from nephoscope.poll.plan import Plan, planned
from nephoscope.poll.polling import PollingConfig, read
from nephoscope.poll.report import families_of, sources_of
from nephoscope.poll.rounds import Rounds
from nephoscope.poll.sharing import Everything

log = logging.getLogger("nephoscope.client")

STOP_ROUNDS_S = 3.0


@dataclass(frozen=True)
class Polling:
    """The rounds, what the file wants of them, and the share in a group's work where there is a group."""

    wanted: PollingConfig
    plan: Plan
    rounds: Rounds
    share: SharedWork | None

    def start(self) -> None:
        """Take part in the group's work, and begin to poll."""
        if self.share is not None:
            self.share.start()
        self.rounds.start()

    @property
    def alive(self) -> bool:
        """Whether it still polls."""
        return self.rounds.alive

    def stop(self) -> None:
        """Poll no more; shared work is the others'."""
        self.rounds.stop(STOP_ROUNDS_S)
        if self.share is not None:
            self.share.stop()

    def reported(self, report: AgentReport, most: int) -> AgentReport:
        """The report with what is polled and what came of it; `most` bounds lists."""
        return msgspec.structs.replace(
            report,
            sources=sources_of(self.wanted, self.plan, most),
            tasks=self.rounds.report(most),
            families=families_of(self.plan, most),
            shared=None if self.share is None else SharedSlots(shown(self.share.group), len(self.share.slots()), SLOTS),
        )


def opened(config: AgentConfig, host_name: str, cloud: Cloud, server: Server, running: Running) -> Polling:
    """The parts, whose samples go into the running pipelines; NephoscopeError names the file that is wrong."""
    section, settings = config.polling, _settings(config, host_name, cloud)
    families, missing = load_all(settings)
    for sentence in missing:
        log.info("%s", sentence)
    wanted = read(text_file.read(section.file), section.file)
    plan = planned(wanted, families, section.namespaces, discovery.offered())
    resources = SlotResources(running)
    share = None
    if section.group:
        memory = Memory(resources.packed, resources.take_over, resources.gone)
        share = SharedWork(over(server), section.group, memory, holder=host_name, ttl_s=section.lease_s)
        resources.changed = share.changed
    rounds = Rounds(
        plan,
        families,
        Discoveries(settings),
        Everything() if share is None else share,
        resources.publish,
        # A family asks several times within a cycle, each time for no longer than one request may take.
        timeout_s=3 * section.timeout_s,
    )
    return Polling(wanted, plan, rounds, share)


def _settings(config: AgentConfig, host_name: str, cloud: Cloud) -> PollSettings:
    section = config.polling
    key_file = section.radosgw_secret_key_file
    return PollSettings(
        host_name=host_name,
        libvirt_uri=section.libvirt_uri,
        cloud=cloud,
        definitions_dirs=tuple(section.definitions_dirs),
        reserved=notifications.reserved(config.notifications),
        timeout_s=section.timeout_s,
        instance_discovery_method=section.instance_discovery_method,
        resource_update_interval_s=section.resource_update_interval_s,
        resource_cache_expiry_s=section.resource_cache_expiry_s,
        fetch_extra_metadata=section.fetch_extra_metadata,
        report_stopped_instance_metrics=section.report_stopped_instance_metrics,
        radosgw=(section.radosgw_access_key, text_file.read(key_file).strip()) if key_file else None,
    )
