# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Routes and silences in the running program: from an event to a group's webhook, over kills."""

import time
from pathlib import Path
from typing import Any

from tests.pipeline.publish.peers import HttpPeer, http_peer
from tests.system.commands import answer_of, nephoscope
from tests.system.http import Caller
from tests.system.server import serving
from tests.system.test_alarms import QUICK, until


def make(api: Caller, name: str, hook: str) -> str:
    """An alarm that an event of its name fires, and that stays so until it is set by hand."""
    body = {"name": name, "type": "event", "event_rule": {"event_type": f"{name}.*"}, "alarm_actions": [hook]}
    return str(api.done("POST", "/aodh/v2/alarms", body=body)["alarm_id"])


def fire(api: Caller, alarm: str, name: str) -> None:
    """Send the event that an alarm waits for until it has fired."""
    project = api.done("GET", f"/aodh/v2/alarms/{alarm}")["project_id"]
    traits = [{"name": "project_id", "type": "text", "value": project}] if project else []

    def fires() -> bool:
        event = {"id": f"{name}-1", "type": f"{name}.down", "generated_ns": time.time_ns(), "traits": traits}
        api.done("POST", "/api/v1/events", body={"events": [event]})
        return bool(api.done("GET", f"/aodh/v2/alarms/{alarm}/state") == "alarm")

    until(fires, f"{name} fires")


def bodies(peer: HttpPeer, path: str) -> list[Any]:
    """What has come to a path, in order. What was under way when a server died comes twice, with the same key."""
    by_key = {each.headers["Idempotency-Key"]: each.json for each in peer.requests if each.path == path}
    return list(by_key.values())


def routed(peer: HttpPeer) -> list[tuple[str, list[str]]]:
    """What groups were told: the status and the names of the alarms."""
    return [
        (body["status"], [one["labels"]["alertname"] for one in body["alerts"]]) for body in bodies(peer, "/routed")
    ]


def own(peer: HttpPeer) -> list[str]:
    """The names of the alarms whose own actions were carried out."""
    return [body["alarm_name"] for body in bodies(peer, "/own")]


def set_up(api: Caller, peer: HttpPeer, **route: Any) -> None:
    """One route for all alarms, to the peer."""
    api.done("POST", "/api/v1/contact-points", body={"name": "ops", "targets": [f"http://{peer.address}/routed"]})
    quick = {"contact_point": "ops", "group_wait_s": 0, "group_interval_s": 1, "repeat_interval_s": 3600, **route}
    api.done("PUT", "/api/v1/routing", body={"revision": 0, "routes": [quick]})


def test_groups_are_told_once_however_often_the_server_is_killed(tmp_path: Path) -> None:
    with http_peer() as peer, serving(tmp_path, config=QUICK) as server:
        api = server.api
        set_up(api, peer)
        alarm = make(api, "router", f"http://{peer.address}/own")
        api.done("POST", "/api/v1/contact-points/ops/test")
        until(lambda: [("firing", ["Test"])] == routed(peer), "the test notification")
        fire(api, alarm, "router")
        until(lambda: len(routed(peer)) == 2 and own(peer), "the group and the alarm's own action")
        server.kill()
        server.restart()
        api = server.api
        other = make(api, "switch", f"http://{peer.address}/own")
        fire(api, other, "switch")
        until(lambda: len(routed(peer)) == 3, "what is new, once another holds the lease")
        server.kill()
        server.restart()
        api = server.api
        api.done("PUT", f"/aodh/v2/alarms/{alarm}/state", body="ok")
        until(lambda: len(routed(peer)) == 4, "that it is over")
        time.sleep(1.5)
        assert [
            ("firing", ["router"]),
            ("firing", ["router", "switch"]),
            ("firing", ["switch", "router"]),
        ] == routed(peer)[1:]
        assert ["router", "switch"] == own(peer)
        resolved = bodies(peer, "/routed")[-1]["alerts"][1]
        assert ("resolved", "router") == (resolved["status"], resolved["labels"]["name"])
        (group,) = api.done("GET", "/api/v1/routing/groups")["groups"]
        assert (1, 3) == (group["count"], group["times"])


def test_what_a_silence_holds_back_is_told_at_its_end(tmp_path: Path) -> None:
    with http_peer() as peer, serving(tmp_path, config=QUICK) as server:
        api = server.api
        set_up(api, peer)
        alarm = make(api, "router", f"http://{peer.address}/own")
        matcher = {"label": "name", "op": "=~", "value": "rout.*"}
        silence = api.done("POST", "/api/v1/silences", body={"matchers": [matcher], "until": "+1 hour"})["id"]
        time.sleep(1.1)
        fire(api, alarm, "router")
        time.sleep(2.5)
        assert [] == peer.requests
        (held,) = api.done("GET", f"/api/v1/alarms/{alarm}")["deliveries"]
        assert "silenced" == held["progress"]
        (attempt,) = api.done("GET", f"/api/v1/deliveries/{held['key']}")["attempts"]
        assert f"not tried: silence {silence} holds it back" == attempt["error"]
        tried = api.done("POST", "/api/v1/routing/test", body={"alarm": alarm})
        assert ([silence], []) == ([each["id"] for each in tried["silenced"]], tried["told"])
        server.kill()
        server.restart()
        api = server.api
        api.done("POST", f"/api/v1/silences/{silence}/expire")
        until(lambda: routed(peer) and own(peer), "both, at the end of the silence")
        time.sleep(1.5)
        assert ([("firing", ["router"])], ["router"]) == (routed(peer), own(peer))
        progress = [each["progress"] for each in api.done("GET", f"/api/v1/alarms/{alarm}")["deliveries"]]
        assert ["delivered", "silenced"] == progress


def test_operators_silence_and_look_from_a_terminal(tmp_path: Path) -> None:
    with http_peer() as peer, serving(tmp_path, config=QUICK) as server:
        api = server.api
        set_up(api, peer, group_by=["name"])
        alarm = make(api, "router", f"http://{peer.address}/own")
        assert "everything → ops; by name; waits 0 s" in nephoscope(server, "route", "show")
        nephoscope(server, "route", "test", "router", "--expect", "ops")
        assert "fit now: 1, in alarm: 0" in nephoscope(server, "silence", "add", "name=~rout.*", "--dry-run")
        silence = nephoscope(server, "silence", "add", "router", "severity=low", "--for", "1h", "--comment", "night")
        (silence_id,) = silence.split()
        listed = nephoscope(server, "silence", "list", "--matcher", "name=router")
        assert (True, True) == (silence_id in listed, "night" in listed)
        time.sleep(1.1)
        fire(api, alarm, "router")
        assert "fit now: 1, in alarm: 1" in nephoscope(server, "silence", "show", silence_id)
        told = nephoscope(server, "route", "test", "--alarm", "router", "--expect", "ops", code=1)
        assert (True, True) == (f"by {silence_id}: night" in told, "told: nobody" in told)
        until(lambda: "1 silenced" in nephoscope(server, "route", "groups"), "the group is held back")
        assert [] == peer.requests
        assert f"{silence_id}: active" in nephoscope(server, "silence", "change", silence_id, "--for", "2h")
        assert f"{silence_id} is over\n" == nephoscope(server, "silence", "end", silence_id)
        assert "is over; make another one" in nephoscope(server, "silence", "end", silence_id, code=1)
        until(lambda: routed(peer) and own(peer), "both, at the end of the silence")
        (group,) = answer_of(server, "route", "groups", "--alarm", "router")
        assert (["router"], 1) == ([each["labels"]["name"] for each in group["alarms"]], group["times"])
        assert silence_id in nephoscope(server, "silence", "list", "--expired", "--ids")
