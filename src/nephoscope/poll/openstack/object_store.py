# SPDX-License-Identifier: Apache-2.0
"""What each project keeps in the object store: its account, and its containers."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Namespace, Polled, PollSettings, Target
from nephoscope.poll.failures import Failures
from nephoscope.poll.http_body import HttpFailed
from nephoscope.poll.openstack.listing import endpoint
from nephoscope.poll.openstack.meters import refuse_unknown
from nephoscope.poll.sample_rows import SampleRows

SERVICE = "object-store"
RESELLER_PREFIX = "AUTH_"
CONTAINERS_A_PAGE = 10_000
PAGES_MAX = 1_000

OF_ACCOUNT: Mapping[Meter, str] = {
    Meter("storage.objects", "gauge", "object"): "x-account-object-count",
    Meter("storage.objects.size", "gauge", "B"): "x-account-bytes-used",
    Meter("storage.objects.containers", "gauge", "container"): "x-account-container-count",
}
OF_CONTAINER: Mapping[Meter, str] = {
    Meter("storage.containers.objects", "gauge", "object"): "count",
    Meter("storage.containers.objects.size", "gauge", "B"): "bytes",
}


class ObjectStore:
    """Asks for the account of each project, with the rights of a reseller's administrator."""

    METERS: ClassVar[tuple[Meter, ...]] = (*OF_ACCOUNT, *OF_CONTAINER)
    NAMESPACE: ClassVar[Namespace] = "central"
    DISCOVERY: ClassVar[str] = "tenant"

    def __init__(self, settings: PollSettings) -> None:
        self._cloud = settings.cloud
        self._failures = Failures("object_store")

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """Samples of each project's account and containers; nothing for a project that never used the store."""
        refuse_unknown(targets, "the identity service")
        rows = SampleRows(now_ns)
        if not targets:
            return rows.polled()
        base = f"{endpoint(self._cloud, SERVICE).partition('/v1')[0].rstrip('/')}/v1/{RESELLER_PREFIX}"
        for target in rows.each(targets):
            try:
                self._read(rows, f"{base}{quote(target.id, safe='')}", target.id, meters)
            except HttpFailed as error:
                if error.status != 404:
                    self._failures.met(f"project {target.id}", error)
        return rows.polled()

    def _read(self, rows: SampleRows, url: str, project: str, meters: Collection[str]) -> None:
        if any(meter.name in meters for meter in OF_ACCOUNT):
            headers = self._cloud.head(url)
            for meter, name in OF_ACCOUNT.items():
                if meter.name in meters:
                    rows.add(meter, headers.get(name), project, project_id=project)
        if any(meter.name in meters for meter in OF_CONTAINER):
            for container in self._containers(url):
                for meter, name in OF_CONTAINER.items():
                    if meter.name in meters:
                        rows.add(meter, container.get(name), f"{project}/{container['name']}", project_id=project)

    def _containers(self, url: str) -> Iterator[Mapping[str, Any]]:
        marker = ""
        for _ in range(PAGES_MAX):
            found, _headers = self._cloud.get(f"{url}?format=json&limit={CONTAINERS_A_PAGE}{marker}")
            if found is None:
                return
            if not isinstance(found, list) or not all(isinstance(each, dict) and "name" in each for each in found):
                raise HttpFailed("the answer is no list of containers")
            yield from found
            if len(found) < CONTAINERS_A_PAGE:
                return
            marker = f"&marker={quote(str(found[-1]['name']), safe='')}"
