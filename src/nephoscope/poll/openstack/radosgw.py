# SPDX-License-Identifier: Apache-2.0
"""What each project keeps in a RADOS gateway, and how many requests it made, by the gateway's administration."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

import msgspec
import urllib3

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Namespace, Polled, PollSettings, Target
from nephoscope.poll.failures import Failures
from nephoscope.poll.http_body import HttpFailed, get
from nephoscope.poll.openstack.listing import endpoint
from nephoscope.poll.openstack.meters import refuse_unknown
from nephoscope.poll.s3_signature import signed
from nephoscope.poll.sample_rows import SampleRows

SERVICE = "object-store"
KIB = 1024

OBJECTS = Meter("radosgw.objects", "gauge", "object")
OBJECTS_SIZE = Meter("radosgw.objects.size", "gauge", "B")
CONTAINERS = Meter("radosgw.objects.containers", "gauge", "object")
CONTAINER_OBJECTS = Meter("radosgw.containers.objects", "gauge", "object")
CONTAINER_SIZE = Meter("radosgw.containers.objects.size", "gauge", "B")
USAGE = Meter("radosgw.usage", "gauge", "request")
OF_BUCKETS = (OBJECTS, OBJECTS_SIZE, CONTAINERS, CONTAINER_OBJECTS, CONTAINER_SIZE)


class RadosGateway:
    """Asks for buckets and requests of each project; the administrator's keys are `PollSettings.radosgw`."""

    METERS: ClassVar[tuple[Meter, ...]] = (*OF_BUCKETS, USAGE)
    NAMESPACE: ClassVar[Namespace] = "central"
    DISCOVERY: ClassVar[str] = "tenant"

    def __init__(self, settings: PollSettings) -> None:
        self._cloud = settings.cloud
        self._keys = settings.radosgw
        self._timeout_s = settings.timeout_s
        self._failures = Failures("radosgw")
        self._pool = urllib3.PoolManager(num_pools=4)

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """Samples of each project and its buckets; nothing without keys."""
        refuse_unknown(targets, "the identity service")
        rows = SampleRows(now_ns)
        if self._keys is None or not targets:
            return rows.polled()
        parts = urlsplit(endpoint(self._cloud, SERVICE))
        base = f"{parts.scheme}://{parts.netloc}/admin"
        for target in rows.each(targets):
            try:
                self._read(rows, base, target.id, meters)
            except HttpFailed as error:
                # A project that never used the gateway has no user there.
                if error.status != 404:
                    self._failures.met(f"project {target.id}", error)
        return rows.polled()

    def _read(self, rows: SampleRows, base: str, project: str, meters: Collection[str]) -> None:
        if any(meter.name in meters for meter in OF_BUCKETS):
            self._buckets(rows, self._asked(f"{base}/bucket?uid={quote(project, safe='')}&stats=True"), project, meters)
        if USAGE.name in meters:
            usage = self._asked(f"{base}/usage?uid={quote(project, safe='')}")
            summary = usage.get("summary") if isinstance(usage, dict) else None
            total = summary[0].get("total") if summary else {}
            rows.add(USAGE, (total or {}).get("ops", 0), project, project_id=project)

    def _buckets(self, rows: SampleRows, found: Any, project: str, meters: Collection[str]) -> None:
        if not isinstance(found, list):
            raise HttpFailed("the answer is no list of buckets")
        buckets = {str(each.get("bucket")): _main(each) for each in found if isinstance(each, dict)}
        objects = {name: int(used.get("num_objects") or 0) for name, used in buckets.items()}
        sizes = {name: int(used.get("size_kb") or 0) * KIB for name, used in buckets.items()}
        totals = {OBJECTS: sum(objects.values()), OBJECTS_SIZE: sum(sizes.values()), CONTAINERS: len(buckets)}
        for meter, value in totals.items():
            if meter.name in meters:
                rows.add(meter, value, project, project_id=project)
        for meter, values in ((CONTAINER_OBJECTS, objects), (CONTAINER_SIZE, sizes)):
            for name, value in values.items() if meter.name in meters else ():
                rows.add(meter, value, f"{project}/{name}", project_id=project)

    def _asked(self, url: str) -> Any:
        assert self._keys is not None
        headers = signed(*self._keys, url)
        body = get(self._pool, url, headers=headers, timeout_s=self._timeout_s)
        try:
            return msgspec.json.decode(body)
        except msgspec.DecodeError:
            raise HttpFailed("the answer is not JSON") from None


def _main(bucket: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a bucket holds of objects of its own, not of parts under way."""
    used = bucket.get("usage")
    main = used.get("rgw.main") if isinstance(used, dict) else None
    return main if isinstance(main, dict) else {}
