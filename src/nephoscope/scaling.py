# SPDX-License-Identifier: Apache-2.0
"""Puts together what works on scaling groups, out of the configuration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from nephoscope.act.notify.contract import Identity
from nephoscope.act.notify.contract import Tools as RequestTools
from nephoscope.act.notify.settings import NotifierSettings
from nephoscope.act.scale.actuators import made
from nephoscope.act.scale.actuators.tools import ActuatorSettings, Tools
from nephoscope.act.scale.contract import Actuator
from nephoscope.act.scale.offer import Offer
from nephoscope.act.scale.tools import WorkSettings, WorkTools
from nephoscope.act.scale.worker import ScalingWorker
from nephoscope.alarm.cron_ticks import last_tick_ns, next_tick_ns
from nephoscope.alarm.member_values import MemberValues
from nephoscope.config import Config, KeystoneConfig, ScaleConfig
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.model.sample import SampleBatch
from nephoscope.model.scaling import ScalingGroup
from nephoscope.query.metrics import MetricReader
from nephoscope.store.catalog import Catalog
from nephoscope.store.index.contract import Index

STOP_S = 10.0


@dataclass(frozen=True)
class Scaling:
    """The worker, None where this process is not to work on groups, and what those who make groups are told."""

    worker: ScalingWorker | None
    offer: Offer

    def start(self) -> None:
        """Begin, in the background."""
        if self.worker is not None:
            self.worker.start()

    def stop(self) -> None:
        """Finish what is quickly done; the rest is taken up by whoever comes next."""
        if self.worker is not None:
            self.worker.stop(STOP_S)


def open_scaling(
    config: Config,
    index: Index,
    catalog: Catalog,
    reader: MetricReader,
    publish: Callable[[SampleBatch], None],
    identity: Identity | None,
) -> Scaling:
    """Scaling groups over these parts, not started yet; `publish` takes the samples of how many members they have."""
    section = config.scale
    tools = _actuator_tools(config, identity)

    def opened(group: ScalingGroup) -> Actuator:
        return made(group.actuator, group.id, group.options, tools)

    def check(group: ScalingGroup) -> None:
        try:
            opened(group).close()
        except NotFound as error:
            raise BadRequest(error.message) from None

    worker = None
    if section.enabled:
        worker = ScalingWorker(
            WorkTools(
                scaling=index.scaling,
                opened=opened,
                values=MemberValues(index, catalog, reader).read,
                last_tick=last_tick_ns,
                next_tick=next_tick_ns,
                publish=publish,
                settings=WorkSettings(**_named_in(section, WorkSettings)),
            )
        )
    limits = (section.groups_max, section.policies_max, section.options_bytes_max)
    return Scaling(worker, Offer(check, worker.wake if worker else Offer.wake, *limits))


def _actuator_tools(config: Config, identity: Identity | None) -> Tools:
    requests = RequestTools(NotifierSettings(**msgspec.structs.asdict(config.act)), identity)
    settings = ActuatorSettings(**_named_in(config.scale, ActuatorSettings))
    return Tools(settings, config.folder / "scale", requests, _credentials(config.keystone))


def _named_in(section: ScaleConfig, kind: Any) -> dict[str, Any]:
    """The settings of a section that are fields of a dataclass."""
    values = msgspec.structs.asdict(section)
    return {name: values[name] for name in kind.__dataclass_fields__ if name in values}


def _credentials(section: KeystoneConfig) -> Mapping[str, Any]:
    """Our own credentials as the SDK takes them; empty without an identity service."""
    if not section.url:
        return {}
    auth = {
        "auth_url": f"{section.url.rstrip('/')}/v3",
        "username": section.username,
        "password": section.password,
        "project_name": section.project,
        "user_domain_name": section.user_domain,
        "project_domain_name": section.project_domain,
    }
    return {"auth": auth, "cacert": section.ca_file} if section.ca_file else {"auth": auth}
