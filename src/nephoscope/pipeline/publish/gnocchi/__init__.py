# SPDX-License-Identifier: Apache-2.0
"""`gnocchi://`: samples become measures of metrics of resources at a metric API, events their beginnings and ends."""

import logging
from collections.abc import Iterable, Sequence, Set
from pathlib import Path
from typing import ClassVar

import numpy as np

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Accepted, Outcome, Refused, RetryLater
from nephoscope.model.errors import BadRequest
from nephoscope.model.event import Event
from nephoscope.model.resource_id import as_uuid
from nephoscope.model.sample_columns import Samples
from nephoscope.observe import dropped
from nephoscope.pipeline.publish.contract import Headers, PublishSettings, authorization
from nephoscope.pipeline.publish.gnocchi import packed
from nephoscope.pipeline.publish.gnocchi.all_at_once import AllAtOnce
from nephoscope.pipeline.publish.gnocchi.one_by_one import OneByOne
from nephoscope.pipeline.publish.gnocchi.packed import Packed, PackedResource
from nephoscope.pipeline.publish.gnocchi.provision import Provision
from nephoscope.pipeline.publish.gnocchi.resources import Resources
from nephoscope.pipeline.publish.gnocchi.session import Answer, Away, Session
from nephoscope.pipeline.publish.url import PublisherUrl
from nephoscope.pipeline.resource_definitions import ResourceDefinitions

log = logging.getLogger("nephoscope.publish")

TIMEOUT_S = 6.05
MEASURES = "/v1/batch/resources/metrics/measures?create_metrics=true"
# A 404 here means that there is no such API at the address, which can be mended; so does a 405.
_NO_API = (404, 405)


class Gnocchi:
    """
    A publisher; what it does to the peer can be done again, after a crash for instance, and changes nothing then.

    `pack` may run beside `send`, in another thread.
    """

    OPTIONS: ClassVar[dict[str, str]] = {
        "archive_policy": "the archive policy of every new metric, whatever the definitions say of it",
        "filter_project": "the id of a project whose samples are left out (default `service`)",
        "filter_domain": "is read and not used, as the project is given by its id",
        "enable_filter_project": "`false` lets the project's samples through (default `true`)",
        "resources_definition_file": "definitions for this publisher, in place of gnocchi_resources.yaml",
        "timeout": "seconds for the connection, and for each part of the answer (default 6.05)",
    }
    TAKES_EVENTS = True

    def __init__(self, url: PublisherUrl, settings: PublishSettings) -> None:
        """BadRequest names the option that is wrong, or the place in the definitions."""
        self._policy = url.option("archive_policy")
        self._left_out = url.option("filter_project", "service") if url.flag("enable_filter_project", True) else ""
        self._definitions = _definitions(url, settings)
        timeout_s = url.number("timeout", TIMEOUT_S, least=0.01)

        def session(address: str, authentication: Headers) -> Session:
            return Session(
                address,
                authentication=authentication,
                timeout_s=timeout_s,
                verify=settings.verify,
                ca_file=settings.ca_file,
            )

        self._resources: Resources
        if settings.gnocchi_url:
            self._session = session(settings.gnocchi_url, settings.gnocchi_authentication)
            self._provision = Provision(self._session, self._definitions)
            self._resources = OneByOne(self._session, self._provision)
            self._sessions = [self._session]
        else:
            as_agent = authorization(settings.credentials)
            server = session(settings.server_url, as_agent)
            self._session = session(f"{server.url}/gnocchi", as_agent)
            self._provision = Provision(self._session, self._definitions)
            self._resources = AllAtOnce(server, self._provision)
            self._sessions = [server, self._session]
        if url.host:
            log.warning("%s: the address is not used; the agent's own settings say where the metric API is", url)

    @property
    def peer(self) -> str:
        """Where the API is."""
        return self._session.url

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        """Requests of a bounded size, ready to be sent; samples that belong to no resource are dropped and counted."""
        if self._left_out:
            kept = samples.project_id != self._left_out
            dropped(packed.STATION, "filtered project", int(np.count_nonzero(~kept)))
            samples = samples.take(kept)
        return packed.pack(samples, now_ns, self._definitions, self._policy)

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        """What the events do to resources; those that concern none are not for us."""
        return packed.pack_events(events, now_ns, self._definitions)

    def send(self, batch: EncodedBatch) -> Outcome:
        """Make what is missing, post the measures or do what events ask for, and bring resources up to date."""
        try:
            found = packed.unpack(batch)
        except ValueError as error:
            return Refused(400, str(error))
        try:
            return self._operations(found) if found.operations else self._measures(found)
        except Away as away:
            return RetryLater(away.reason, away.after_s)

    def close(self) -> None:
        """Let go of the connections."""
        for each in self._sessions:
            each.close()

    def _measures(self, batch: Packed) -> Outcome:
        self._provision.ensure_policies(batch.policies)
        body = bytes(batch.measures)
        answer = self._session.call("POST", MEASURES, body)
        created: Set[str] = frozenset()
        refused: dict[str, Refused] = {}
        if (unknown := _unknown(answer)) is not None:
            missing = _missing(unknown, batch)
            created = missing.keys()
            refused = self._resources.create(missing.items(), batch.at)
            lost = 0
            if refused:
                body, left, lost = packed.without(batch.measures, set(refused))
                if not left:
                    return next(iter(refused.values()))
            answer = self._session.call("POST", MEASURES, body)
            if answer.ok and refused:
                self._tell(refused, lost)
        if not answer.ok:
            return self._judged(answer)
        self._resources.refresh((name, about) for name, about in batch.resources.items() if name not in created)
        return Accepted()

    def _judged(self, answer: Answer) -> Outcome:
        """What to do about measures that were not taken, all resources being there."""
        if answer.status in _NO_API:
            raise Away(f"no metric API answers at {self._session.url}: {answer.status} {answer.message[:200]}")
        if _unknown(answer) is not None or "archive policy" in answer.message.lower():
            # Somebody took away what was there a moment ago, or since we looked.
            self._provision.forget()
            raise Away(f"the server does not know what it knew before: {answer.message[:200]}")
        return Refused(answer.status, answer.message)

    def _tell(self, refused: dict[str, Refused], lost: int) -> None:
        name, first = next(iter(refused.items()))
        dropped(packed.STATION, "resource refused", lost)
        told = "%s: %d resources were refused, and %d samples of them dropped; the first is %.80r: %s %s"
        log.error(told, self._session.url, len(refused), lost, name, first.status, first.message)

    def _operations(self, batch: Packed) -> Outcome:
        refused = self._resources.carry_out(batch.operations, batch.at)
        if len(refused) == len(batch.operations):
            return refused[0]
        if refused:
            dropped(packed.STATION, "event refused", len(refused))
            log.error("%s: %d events were refused; the first: %s", self._session.url, len(refused), refused[0].message)
        return Accepted()


def _definitions(url: PublisherUrl, settings: PublishSettings) -> ResourceDefinitions:
    if name := url.option("resources_definition_file"):
        try:
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise BadRequest(f"{url}: option resources_definition_file: {name!r} cannot be read: {error}") from None
        return ResourceDefinitions.of(text, name)
    return (
        ResourceDefinitions.builtin() if settings.definitions is None else ResourceDefinitions.of(*settings.definitions)
    )


def _unknown(answer: Answer) -> list[str] | None:
    """The resources that the server wants to be created first, as we call them; None for any other answer."""
    said = answer.description if answer.status == 400 else None
    if not isinstance(said, dict) or said.get("cause") != "Unknown resources":
        return None
    listed = said.get("detail")
    return [
        str(each.get("original_resource_id") or each.get("resource_id"))
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict)
    ]


def _missing(unknown: list[str], batch: Packed) -> dict[str, PackedResource]:
    """Those of a batch's resources that the server does not know, by what we call them."""
    spelled = {str(as_uuid(name) or name): name for name in batch.resources}
    missing: dict[str, PackedResource] = {}
    for asked in unknown:
        name = asked if asked in batch.resources else spelled.get(asked, asked)
        if (about := batch.resources.get(name)) is None:
            raise Away(f"the server does not know resource {name!r:.80}, of which nothing was sent")
        missing[name] = about
    return missing
