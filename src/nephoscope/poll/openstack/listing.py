# SPDX-License-Identifier: Apache-2.0
"""Lists that the services of a cloud give: one row each, read page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from nephoscope.poll.contract import ServiceAbsent
from nephoscope.poll.http_body import HttpFailed
from nephoscope.poll.openstack.connection import Cloud

PAGES_MAX = 10_000

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Listing:
    """
    Where a list is: `path` of the service, below its `version` whether or not the catalogue's URL has it already.

    `entries` is the key of the list in an answer.
    """

    service_type: str
    version: str
    path: str
    entries: str
    headers: Mapping[str, str] = field(default_factory=dict)


LISTINGS: Mapping[str, Listing] = {
    "alarm": Listing("alarming", "v2", "/metrics?all_projects=true", "evaluation_results"),
    "dns_zones": Listing("dns", "v2", "/zones", "zones", {"X-Auth-All-Projects": "true"}),
    "fip_services": Listing("network", "v2.0", "/floatingips", "floatingips"),
    "fw_policy": Listing("network", "v2.0", "/fwaas/firewall_policies", "firewall_policies"),
    "fw_services": Listing("network", "v2.0", "/fwaas/firewall_groups", "firewall_groups"),
    "images": Listing("image", "v2", "/images", "images"),
    "ipsec_connections": Listing("network", "v2.0", "/vpn/ipsec-site-connections", "ipsec_site_connections"),
    "lb_services": Listing("load-balancer", "v2", "/lbaas/loadbalancers", "loadbalancers"),
    "manila_shares": Listing(
        "shared-file-system",
        "v2",
        "/shares/detail?all_tenants=1",
        "shares",
        {"X-OpenStack-Manila-API-Version": "2.51"},
    ),
    "tenant": Listing("identity", "v3", "/projects", "projects"),
    "volume_backups": Listing("block-storage", "v3", "/backups/detail?all_tenants=True", "backups"),
    "volume_pools": Listing("block-storage", "v3", "/scheduler-stats/get_pools?detail=True", "pools"),
    "volume_services": Listing("block-storage", "v3", "/os-services", "services"),
    "volume_snapshots": Listing("block-storage", "v3", "/snapshots/detail?all_tenants=True", "snapshots"),
    "volumes": Listing("block-storage", "v3", "/volumes/detail?all_tenants=True", "volumes"),
    "vpn_services": Listing("network", "v2.0", "/vpn/vpnservices", "vpnservices"),
}


def entries(cloud: Cloud, listing: Listing) -> Iterator[Entry]:
    """
    Everything in a list.

    Errors  ServiceAbsent where the catalogue has no such service; HttpFailed for what a service refuses.
    """
    url = address(cloud, listing.service_type, listing.version) + listing.path
    seen = {url}
    for _ in range(PAGES_MAX):
        body, _headers = cloud.get(url, listing.headers)
        found = body.get(listing.entries) if isinstance(body, dict) else None
        if not isinstance(found, list):
            raise HttpFailed(f"the answer of {listing.service_type} has no list of {listing.entries}")
        yield from (entry for entry in found if isinstance(entry, dict))
        further = _next(body, listing.entries)
        if not further:
            return
        # Of the link only the query: behind proxies its host is often not the one to ask.
        url = f"{url.partition('?')[0]}?{urlsplit(further).query}"
        if url in seen:
            raise HttpFailed(f"the pages of {listing.service_type} go in a circle")
        seen.add(url)
    raise HttpFailed(f"{listing.service_type} has more than {PAGES_MAX} pages of {listing.entries}")


def address(cloud: Cloud, service_type: str, version: str) -> str:
    """The URL of a service with its version, no slash at the end; ServiceAbsent where the catalogue has none."""
    url = endpoint(cloud, service_type).rstrip("/")
    # `…/v3/<project>` has its version before the project; 'v2' stands for v2.0 and v2.1 as well.
    known = any(step.partition(".")[0] == version.partition(".")[0] for step in urlsplit(url).path.split("/"))
    return url if known else f"{url}/{version}"


def endpoint(cloud: Cloud, service_type: str) -> str:
    """Where a service is; ServiceAbsent where the catalogue has none."""
    url = cloud.endpoint(service_type)
    if url is None:
        raise ServiceAbsent(f"the cloud has no service of type {service_type or '(none was named)'}")
    return url


def _next(body: Mapping[str, Any], name: str) -> str:
    """The link to the next page, wherever a service puts it; empty when this was the last."""
    links = body.get(f"{name}_links") or body.get("links") or []
    if isinstance(links, dict):
        found = links.get("next")
    else:
        found = next((link.get("href") for link in links if isinstance(link, dict) and link.get("rel") == "next"), None)
    found = found or body.get("next")
    return found if isinstance(found, str) else ""
