# SPDX-License-Identifier: Apache-2.0
"""A small cloud on a real index and the embedded engine: what our own API shows to callers of every role."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import numpy as np
from starlette.types import ASGIApp

from nephoscope.api.aodh.parts import AodhParts
from nephoscope.api.app import HttpSettings, build
from nephoscope.api.auth.local import LocalAccounts
from nephoscope.api.auth.logins import Logins
from nephoscope.api.auth.native import Native
from nephoscope.api.auth.policy import Policy
from nephoscope.api.native.call import NativeParts
from nephoscope.model.attribute import NumberAttribute, StringAttribute
from nephoscope.model.metric import Kind, Metric, MetricDraft
from nephoscope.model.resource import Resource, ResourceDraft
from nephoscope.model.resource_id import resource_id
from nephoscope.model.resource_type import ResourceType
from nephoscope.query.metrics import MetricReader
from nephoscope.query.sql.statements import Statements
from nephoscope.store.backup import Backups
from nephoscope.store.catalog import Catalog
from nephoscope.store.commit import Measures
from nephoscope.store.directory import Directory
from nephoscope.store.index.contract import Index
from tests.api.asgi import Answer, Client
from tests.store.measured import MINUTE_NS, Measured

WAIT_S = 30.0
STEP_NS = 5 * MINUTE_NS
# A whole number of steps ago, so that newest values are of now and buckets hold one point each.
NOW_NS = time.time_ns() // STEP_NS * STEP_NS
INSTANCE = ResourceType(
    "instance",
    {
        "display_name": StringAttribute(required=False),
        "host": StringAttribute(required=False),
        "vcpus": NumberAttribute(required=False),
    },
)


@dataclass
class Cloud:
    """The parts of the dialect, and short ways to put things into them."""

    index: Index
    measured: Measured
    parts: NativeParts
    app: ASGIApp

    @classmethod
    @contextmanager
    def over(cls, index: Index, measured: Measured, folder: Path) -> Iterator["Cloud"]:
        """The dialect over an index and a store; nothing is in them but what a new installation has."""
        index.resource_types.create(INSTANCE)
        authenticator = Native(LocalAccounts(index))
        directory = Directory(measured.store, index)
        directory.check()
        backups = Backups(measured.store, index, folder)
        parts = NativeParts(
            index=index,
            store=measured.store,
            authenticator=authenticator,
            logins=Logins(index, authenticator),
            accounts_changed=authenticator.forget,
            policy=Policy(),
            catalog=Catalog(index, measured.series),
            commit=measured.commit,
            reader=measured.reader,
            series=measured.series,
            sql=Statements(measured.store, directory.refresh),
            aodh=AodhParts(index, authenticator),
            backup=backups.make,
            backup_done=backups.share_done,
        )
        yield cls(index, measured, parts, build({"native": parts}, HttpSettings()))

    @property
    def reader(self) -> MetricReader:
        """What reads points."""
        return self.parts.reader

    def resource(
        self, name: str, project: str | None = "blue", kind: str = "instance", **attributes: object
    ) -> Resource:
        """A new resource that ann made for a project."""
        draft = ResourceDraft(
            id=resource_id(name, "ann"),
            original_resource_id=name,
            type=kind,
            creator="ann",
            project_id=project,
            attributes=attributes,
        )
        return self.index.resources.create([draft])[0]

    def metric(
        self, owner: Resource, name: str, unit: str = "%", kind: Kind | None = None, policy: str = "low"
    ) -> Metric:
        """A new metric of a resource, without points."""
        draft = MetricDraft(
            name=name, archive_policy_name=policy, unit=unit, resource_id=owner.id, creator="ann", kind=kind
        )
        made = self.index.metrics.create([draft])
        self.parts.catalog.remember(made, new=True)
        return made[0]

    def put(self, metric: Metric, values: Sequence[float], last_ns: int = NOW_NS, step_ns: int = STEP_NS) -> list[int]:
        """Commit values a step apart, the last one at `last_ns`; gives their times."""
        times = last_ns - np.arange(len(values))[::-1] * step_ns
        numbers = np.full(len(values), metric.number, np.uint32)
        self.parts.commit.submit(Measures(numbers, times, np.array(values, float))).result(WAIT_S)
        listed: list[int] = times.tolist()
        return listed


class Asker:
    """Requests of one caller."""

    def __init__(self, client: Client, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    def get(self, path: str, **arguments: Any) -> Any:
        """The answer of a GET that must succeed."""
        return self._good(self.ask("GET", path, arguments=arguments))

    def post(self, path: str, **body: Any) -> Any:
        """The answer of a POST that must succeed."""
        return self._good(self.ask("POST", path, body))

    def ask(self, method: str, path: str, body: Any = None, arguments: dict[str, Any] | None = None) -> Answer:
        """Any answer."""
        query = urlencode(arguments or {}, doseq=True)
        target = f"/api/v1{path}{'?' if query else ''}{query}"
        return self._client.request(method, target, data=body, headers=self._headers)

    @staticmethod
    def _good(answer: Answer) -> Any:
        assert answer.status < 300, answer.text
        return answer.json()


def seconds(time_ns: int) -> float:
    """A point in time as bodies and arguments carry it."""
    return time_ns / 1e9


def milliseconds(times_ns: Sequence[int]) -> list[int]:
    """Points in time as answers carry them."""
    return [time_ns // 1_000_000 for time_ns in times_ns]


def ids(listed: Sequence[dict[str, Any]]) -> list[UUID]:
    """The ids of what was listed."""
    return [UUID(each["id"]) for each in listed]
