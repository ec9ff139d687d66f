# SPDX-License-Identifier: Apache-2.0
"""How many record sets each zone of the cloud's name service has."""

from collections.abc import Collection, Sequence
from typing import ClassVar
from urllib.parse import quote

from nephoscope.model.sample import Meter
from nephoscope.poll.contract import Namespace, Polled, PollSettings, Target
from nephoscope.poll.failures import Failures
from nephoscope.poll.http_body import HttpFailed
from nephoscope.poll.openstack.listing import LISTINGS, address
from nephoscope.poll.openstack.meters import ZONE_FIELDS, refuse_unknown
from nephoscope.poll.sample_rows import SampleRows


class Recordsets:
    """Asks for one record set of each zone, as the total is told beside it."""

    METERS: ClassVar[tuple[Meter, ...]] = (Meter("dns.zone.recordsets", "gauge", "recordset"),)
    NAMESPACE: ClassVar[Namespace] = "central"
    DISCOVERY: ClassVar[str] = "dns_zones"

    def __init__(self, settings: PollSettings) -> None:
        self._cloud = settings.cloud
        self._failures = Failures("dns_recordsets")

    def poll(self, targets: Sequence[Target], meters: Collection[str], now_ns: int) -> Polled:
        """A count for each zone; one that cannot be asked is counted, and the others are asked."""
        refuse_unknown(targets, "the name service")
        rows = SampleRows(now_ns)
        if not targets or self.METERS[0].name not in meters:
            return rows.polled()
        base = address(self._cloud, "dns", "v2")
        for target in rows.each(targets):
            try:
                count = self._count(f"{base}/zones/{quote(target.id, safe='')}/recordsets?limit=1")
            except HttpFailed as error:
                self._failures.met(f"zone {target.id}", error)
                continue
            project = target.facts.get("project_id")
            rows.add(self.METERS[0], count, target.id, project_id=project, metadata=ZONE_FIELDS(target.facts))
        return rows.polled()

    def _count(self, url: str) -> int:
        body, _headers = self._cloud.get(url, LISTINGS["dns_zones"].headers)
        try:
            return int(body["metadata"]["total_count"])
        except (TypeError, KeyError, ValueError):
            raise HttpFailed("the answer has no metadata.total_count") from None
