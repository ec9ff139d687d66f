# SPDX-License-Identifier: Apache-2.0
"""What a made-up cloud consists of, as the server is to know it: policy, types, hosts, instances, disks, interfaces."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np

from nephoscope.client.ask import Server
from nephoscope.demo.accounts import user_name
from nephoscope.demo.meters import HOST_METERS, INSTANCE_METERS, DemoMeter
from nephoscope.demo.plan import FLAVORS, HOST_CORES, IMAGES, Cloud, Plan, iso
from nephoscope.model.errors import Conflict, NotFound

MARK = "demo-cloud"
MARK_TYPE = "demo_cloud"
GAUGES = "demo-cloud"
COUNTERS = "demo-cloud-rates"
PAGE = 1000
AT_ONCE = 3
TEXT = {"type": "string", "required": False}
NUMBER = {"type": "number", "required": False}
INSTANCE_ATTRIBUTES = (
    *("display_name", "host", "flavor_id", "flavor_name", "image_ref", "availability_zone", "server_group"),
    *("created_at", "launched_at", "deleted_at"),
)
TYPES: dict[str, dict[str, dict[str, Any]]] = {
    MARK_TYPE: {"plan": {**TEXT, "max_length": 255}},
    "host": {"host": TEXT, "os": TEXT, "kernel": TEXT, "architecture": TEXT, "cpu_count": NUMBER},
    "instance": dict.fromkeys(INSTANCE_ATTRIBUTES, TEXT),
    "instance_disk": {"name": TEXT, "instance_id": TEXT},
    "instance_network_interface": {"name": TEXT, "instance_id": TEXT},
}
PARTS = {"disk": "instance_disk", "interface": "instance_network_interface"}
GNOCCHI = "/gnocchi/v1"
# Two policies, as Ceilometer has them: only counters are worth a rate.
POLICIES = {GAUGES: ["mean", "min", "max", "count"], COUNTERS: ["mean", "min", "max", "count", "rate:mean"]}


def found_plan(server: Server) -> Plan | None:
    """The plan of the cloud that this caller has made there already."""
    try:
        mark = server.call("GET", f"{GNOCCHI}/resource/{MARK_TYPE}/{MARK}")
    except NotFound:
        return None
    return msgspec.json.decode(mark["plan"], type=Plan)


def write_plan(server: Server, plan: Plan) -> None:
    """Note the plan, so that another call can go on with it."""
    _ensure_type(server, MARK_TYPE)
    body = {"id": MARK, "plan": msgspec.json.encode(plan).decode()}
    server.call("POST", f"{GNOCCHI}/resource/{MARK_TYPE}", body)


def count(cloud: Cloud) -> int:
    """How many resources a cloud has."""
    return cloud.hosts + cloud.plan.instances * (1 + len(_parts(cloud)))


def make_inventory(server: Server, cloud: Cloud, project_ids: list[str], tell: Callable[[int], None]) -> None:
    """Make all resources that are not there yet; `tell` hears how many are done."""
    for name in TYPES:
        _ensure_type(server, name)
    for name, methods in POLICIES.items():
        _ensure_policy(server, name, methods, cloud.plan.interval_s)
    for type_name, wanted in bodies(cloud, project_ids):
        known = _known(server, type_name)
        missing = [body for body in wanted if body["id"] not in known]
        tell(_size(cloud, type_name) - len(missing))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for _ in threads.map(lambda body, to=type_name: _create(server, to, body), missing):
                tell(1)


def bodies(cloud: Cloud, project_ids: list[str]) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    """All resources as bodies of the Gnocchi dialect, with their metrics, by type."""
    yield "host", _hosts(cloud)
    yield "instance", _instances(cloud, project_ids)
    for part in _parts(cloud):
        yield PARTS[part], _disks_or_interfaces(cloud, project_ids, part)


def part_id(cloud: Cloud, number: int, part: str) -> str:
    """The id of an instance's disk or interface, in the form that compute services use."""
    id_ = cloud.ids[number]
    return f"{id_}-vda" if part == "disk" else f"instance-{number:08x}-{id_}-tap{id_.hex[:8]}"


def meters(cloud: Cloud) -> tuple[DemoMeter, ...]:
    """The meters that the plan has room for."""
    return INSTANCE_METERS[: cloud.plan.metrics]


def _hosts(cloud: Cloud) -> Iterator[dict[str, Any]]:
    for number in range(cloud.hosts):
        yield {
            "id": cloud.host_name(number),
            "host": cloud.host_name(number),
            "os": "Debian GNU/Linux 13 (trixie)",
            "kernel": "6.12.57+deb13-amd64",
            "architecture": "x86_64",
            "cpu_count": HOST_CORES,
            "started_at": iso(cloud.plan.start_s - 300 * 86400),
            "metrics": {name: {"unit": unit, "archive_policy_name": GAUGES} for name, unit in HOST_METERS},
        }


def _instances(cloud: Cloud, project_ids: list[str]) -> Iterator[dict[str, Any]]:
    for number, (id_, name) in enumerate(zip(cloud.ids, cloud.names, strict=True)):
        flavor, born = FLAVORS[int(cloud.flavor[number])], iso(int(cloud.born_s[number]))
        yield {
            **_common(cloud, number, project_ids),
            "id": str(id_),
            "display_name": name,
            "host": cloud.host_name(int(cloud.host[number])),
            "flavor_id": str(1 + FLAVORS.index(flavor)),
            "flavor_name": flavor.name,
            "image_ref": IMAGES[int(cloud.image[number])],
            "availability_zone": f"zone-{int(cloud.host[number]) // 16 % 3 + 1}",
            "server_group": name.rpartition("-")[0],
            "created_at": born,
            "launched_at": born,
            "metrics": _metrics(cloud, "instance"),
        }


def _disks_or_interfaces(cloud: Cloud, project_ids: list[str], part: str) -> Iterator[dict[str, Any]]:
    for number, id_ in enumerate(cloud.ids):
        own = part_id(cloud, number, part)
        yield {
            **_common(cloud, number, project_ids),
            "id": own,
            "name": "vda" if part == "disk" else own.rpartition("-")[2],
            "instance_id": str(id_),
            "metrics": _metrics(cloud, part),
        }


def _common(cloud: Cloud, number: int, project_ids: list[str]) -> dict[str, Any]:
    project, ended = int(cloud.project[number]), int(cloud.ended_s[number])
    common = {
        "project_id": project_ids[project],
        "user_id": user_name(cloud.project_names[project], "owner"),
        "started_at": iso(int(cloud.born_s[number])),
    }
    return common if ended == np.iinfo(np.int64).max else {**common, "ended_at": iso(ended)}


def _metrics(cloud: Cloud, part: str) -> dict[str, dict[str, str]]:
    own = [each for each in meters(cloud) if each.part == part]
    policies = {"gauge": GAUGES, "cumulative": COUNTERS}
    return {each.name: {"unit": each.unit, "archive_policy_name": policies[each.kind]} for each in own}


def _parts(cloud: Cloud) -> list[str]:
    return [part for part in PARTS if any(each.part == part for each in meters(cloud))]


def _size(cloud: Cloud, type_name: str) -> int:
    return cloud.hosts if type_name == "host" else cloud.plan.instances


def _create(server: Server, type_name: str, body: dict[str, Any]) -> None:
    try:
        server.call("POST", f"{GNOCCHI}/resource/{type_name}", body)
    except Conflict:
        return  # made by a run that was broken off before it heard so


def _known(server: Server, type_name: str) -> set[str]:
    """The ids of what is there of a type, as their senders wrote them."""
    known: set[str] = set()
    address = f"{GNOCCHI}/resource/{type_name}?limit={PAGE}&attrs=id&attrs=original_resource_id"
    page = server.call("GET", address)
    while page:
        known |= {each["original_resource_id"] for each in page}
        page = server.call("GET", f"{address}&marker={page[-1]['id']}") if len(page) == PAGE else []
    return known


def _ensure_type(server: Server, name: str) -> None:
    """The type is there with at least our attributes."""
    wanted = TYPES[name]
    try:
        there = server.call("GET", f"{GNOCCHI}/resource_type/{name}")["attributes"]
    except NotFound:
        server.call("POST", f"{GNOCCHI}/resource_type", {"name": name, "attributes": wanted})
        return
    added = [{"op": "add", "path": f"/attributes/{key}", "value": wanted[key]} for key in wanted if key not in there]
    if added:
        server.call("PATCH", f"{GNOCCHI}/resource_type/{name}", added, media_type="application/json-patch+json")


def _ensure_policy(server: Server, name: str, methods: list[str], interval_s: int) -> None:
    """Every measure for a month, hours for a year."""
    spans = [(interval_s, "30 days"), (3600, "365 days")] if interval_s < 3600 else [(3600, "365 days")]
    definition = [{"granularity": granularity_s, "timespan": timespan} for granularity_s, timespan in spans]
    try:
        server.call("GET", f"{GNOCCHI}/archive_policy/{name}")
    except NotFound:
        body = {"name": name, "definition": definition, "aggregation_methods": methods}
        server.call("POST", f"{GNOCCHI}/archive_policy", body)
