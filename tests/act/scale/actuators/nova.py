# SPDX-License-Identifier: Apache-2.0
"""A compute service that keeps servers: as much of Nova's API v2.1 as making and deleting them takes."""

import re
from typing import Any

from tests.services.openstack import Answer, Openstack

AT = "/compute/v2.1"
FLAVOR = {"id": "f-1", "name": "m1.tiny", "ram": 64, "disk": 1, "vcpus": 1, "links": []}
NETWORK = {"id": "n-1", "name": "private", "status": "ACTIVE"}
IMAGE = "cirros-0.6.2"


class Nova:
    """
    Servers come up one look after they were asked for, and are gone one look after they were deleted.

    `fails` are names of servers that come to nothing, `refuse` is an answer to all who want a new one.
    """

    def __init__(self, cloud: Openstack) -> None:
        self.servers: dict[str, dict[str, Any]] = {}
        self.wanted: list[dict[str, Any]] = []
        self.fails: set[str] = set()
        self.refuse: Answer | None = None
        self._url = f"{cloud.url}{AT}/"
        cloud.serve(AT, self._answer)
        for service, version in (("image", "v2"), ("networking", "v2.0")):
            links = [{"rel": "self", "href": f"{cloud.url}/{service}/{version}/"}]
            versions = {"versions": [{"id": version, "status": "CURRENT", "links": links}]}
            cloud.answer(f"/{service}", versions)
            cloud.answer(f"/{service}/", versions)
        cloud.answer("/networking/v2.0/networks/private", {"NeutronError": "none"}, status=404)
        cloud.answer("/networking/v2.0/networks", {"networks": [NETWORK]})
        cloud.answer(f"/image/v2/images/{IMAGE}", "none", status=404)

    def server(self, name: str, group: str, status: str = "ACTIVE", **more: Any) -> dict[str, Any]:
        """One that somebody has made before."""
        made = {
            "id": f"i-{len(self.servers) + 1}",
            "name": name,
            "status": status,
            "created": "2027-01-15T08:00:00Z",
            "metadata": {"metering.server_group": group},
            "OS-EXT-STS:task_state": None,
            **more,
        }
        self.servers[made["id"]] = made
        return made

    def _answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        rest = path.removeprefix(AT).strip("/")
        if method == "DELETE":
            self.servers[rest.removeprefix("servers/")]["OS-EXT-STS:task_state"] = "deleting"
            return Answer(path, {}, None, status=204)
        if (method, rest) == ("POST", "servers"):
            return self.refuse or self._made(path, body["server"])
        told: dict[str, Any] = {
            "": {"version": self._version()},
            "flavors": {"flavors": [FLAVOR]},
            "flavors/detail": {"flavors": [FLAVOR]},
        }
        if rest == "servers/detail":
            return Answer(path, {}, {"servers": self._listed(query)})
        if rest in told:
            return Answer(path, {}, told[rest])
        return Answer(path, {}, {"itemNotFound": {"message": f"no {rest}"}}, status=404)

    def _listed(self, query: dict[str, str]) -> list[dict[str, Any]]:
        listed = [dict(each) for each in self.servers.values() if re.search(query.get("name", ""), each["name"])]
        for each in list(self.servers.values()):
            if each["OS-EXT-STS:task_state"] == "deleting":
                del self.servers[each["id"]]
            elif each["status"] == "BUILD":
                each["status"] = "ERROR" if each["name"] in self.fails else "ACTIVE"
                each["fault"] = {"code": 500, "message": "No valid host was found."}
        return listed

    def _made(self, path: str, wanted: dict[str, Any]) -> Answer:
        self.wanted.append(wanted)
        made = self.server(wanted["name"], "", "BUILD", metadata=wanted["metadata"])
        return Answer(path, {}, {"server": {"id": made["id"], "links": []}}, status=202)

    def _version(self) -> dict[str, Any]:
        links = [{"rel": "self", "href": self._url}]
        return {"id": "v2.1", "status": "CURRENT", "version": "2.96", "min_version": "2.1", "links": links}
