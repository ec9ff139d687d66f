# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A member of a load balancer is in error, and its stack replaces it: an alarm of Aodh's, beside a real Keystone."""

import json
import socket
import threading
from pathlib import Path

from tests.act.notify.receivers import Receiver, answering, receiver
from tests.services import keystone as keystone_service
from tests.system.http import Caller
from tests.system.server import serving
from tests.system.test_keystone import CONFIG, SECRET

MORE = """
[alarm]
settle_s = 0.2
interval_s = 1
load_balancer_url = "{octavia}/v2"
[act]
heat_url = "{heat}/v1"
"""
MEMBER = {
    "id": "m-1",
    "name": "web-1",
    "operating_status": "ERROR",
    "admin_state_up": True,
    "created_at": "2026-01-01T00:00:00",
}


def tell_of_stacks(heat: Receiver) -> None:
    """A stack whose resource `a7` of the scaling group holds the member."""

    def behave(connection: socket.socket, ended: threading.Event) -> None:
        target = heat.requests[-1].target
        if "/resources?" in target:
            resource = {"resource_name": "member", "physical_resource_id": "m-1", "parent_resource": "a7"}
            answering(200, body=json.dumps({"resources": [resource]}).encode())(connection, ended)
        elif target.endswith(("/stacks/stack-1", "/stacks/group-1")):
            name = target.rpartition("/")[2]
            answering(302, f"Location: http://heat{target.removesuffix(name)}of-{name}/{name}")(connection, ended)
        else:
            answering(202)(connection, ended)

    heat.usual = behave


def test_a_member_in_error_is_marked_and_its_stack_updated(tmp_path: Path) -> None:
    with keystone_service.started() as keystone, receiver() as octavia, receiver() as heat:
        for name in ("blue", "service"):
            keystone.create("project", name, domain_id="default")
        for name in ("alice", "nephoscope"):
            keystone.create("user", name, password=SECRET, domain_id="default")
        keystone.grant("alice", "member", "blue")
        keystone.grant("nephoscope", "admin", "service")
        octavia.usual = answering(200, body=json.dumps({"members": [MEMBER], "members_links": []}).encode())
        tell_of_stacks(heat)
        config = CONFIG.format(url=keystone.url, secret=SECRET, remembered=0.5)
        with serving(tmp_path, config=config + MORE.format(octavia=octavia.url, heat=heat.url)) as server:
            alice = Caller(server.url, {"X-Auth-Token": keystone.token("alice", SECRET, "blue")})
            rule = {"pool_id": "pool-1", "stack_id": "stack-1", "autoscaling_group_id": "group-1"}
            body = {
                "name": "members are well",
                "type": "loadbalancer_member_health",
                "loadbalancer_member_health_rule": rule,
                "alarm_actions": ["trust+heat://"],
            }
            made = alice.done("POST", "/aodh/v2/alarms", body=body)
            updated = heat.wait_for(5)[-1]
            found = alice.done("GET", f"/aodh/v2/alarms/{made['alarm_id']}")
        blue = keystone.id_of("project", "blue")
        assert "alarm" == found["state"]
        assert "Transition to alarm due to 1 members unhealthy, most recent: web-1" == found["state_reason"]
        asked = [f"{each.head.split()[0].decode()} {each.target.removeprefix(f'/v1/{blue}')}" for each in heat.requests]
        assert [
            "GET /stacks/stack-1",
            "GET /stacks/of-stack-1/stack-1/resources?nested_depth=3&physical_resource_id=m-1",
            "GET /stacks/group-1",
            "PATCH /stacks/of-group-1/group-1/resources/a7",
            "PATCH /stacks/of-stack-1/stack-1",
        ] == asked
        assert "/v2/lbaas/pools/pool-1/members?limit=500" == octavia.requests[0].target
        assert updated.headers["x-auth-token"] not in ("", octavia.requests[0].headers["x-auth-token"])
