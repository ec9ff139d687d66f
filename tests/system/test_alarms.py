# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Alarms in the running program: from a measure or an event to the webhook, over kills, and shared by three."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from urllib3.exceptions import HTTPError

from tests.alarm.answering import answering, as_json
from tests.pipeline.publish.peers import HttpPeer, http_peer
from tests.system.http import Caller
from tests.system.server import Server, serving

# Decisions once a second, and notifications may go to this machine.
QUICK = """
[watch]
interval_s = 0
[alarm]
settle_s = 0.2
[act]
allowed_networks = ["127.0.0.0/8"]
total_timeout_s = 1
command_timeout_s = 1
claim_s = 3
retry_s_min = 0.2
retry_s_max = 0.5
"""
WAIT_S = 40.0
FINE = {"name": "fine", "definition": [{"granularity": 1, "points": 3600}], "aggregation_methods": ["mean"]}
RESOURCE = "5d0a6a2e-7c0e-4f5e-9a4b-2f6b1c9d8e70"


def until(holds: Callable[[], Any], what: str, timeout_s: float = WAIT_S) -> Any:
    """What comes true in time; AssertionError when it does not."""
    give_up = time.monotonic() + timeout_s
    while not (found := holds()):
        assert time.monotonic() < give_up, f"not in {timeout_s} s: {what}"
        time.sleep(0.05)
    return found


def make_metric(api: Caller, name: str = "cpu") -> str:
    """A machine with a metric that keeps every second."""
    if api("GET", "/gnocchi/v1/archive_policy/fine").status == 404:
        api.done("POST", "/gnocchi/v1/archive_policy", body=FINE)
    metrics = {name: {"archive_policy_name": "fine"}}
    made = api.done("POST", "/gnocchi/v1/resource/generic", body={"id": RESOURCE, "metrics": metrics})
    return str(made["metrics"][name])


def put(api: Caller, metric: str, value: float) -> None:
    """A measure of now."""
    body = [{"timestamp": datetime.now(UTC).isoformat(), "value": value}]
    api.done("POST", f"/gnocchi/v1/metric/{metric}/measures", body=body)


def make_alarm(api: Caller, name: str, *hooks: str, **rule: Any) -> str:
    body = {
        "name": name,
        "type": "gnocchi_resources_threshold",
        "alarm_actions": list(hooks),
        "gnocchi_resources_threshold_rule": {
            "metric": "cpu",
            "resource_id": RESOURCE,
            "resource_type": "generic",
            "aggregation_method": "mean",
            "threshold": 50,
            "comparison_operator": "gt",
            "granularity": 1,
            **rule,
        },
    }
    return str(api.done("POST", "/aodh/v2/alarms", body=body)["alarm_id"])


def state(api: Caller, alarm: str) -> str:
    return str(api.done("GET", f"/aodh/v2/alarms/{alarm}/state"))


def keys(peer: HttpPeer, name: str) -> list[str]:
    """The keys of what an alarm told, in the order in which it came."""
    return [each.headers["Idempotency-Key"] for each in peer.requests if each.json["alarm_name"] == name]


@contextmanager
def feeding(api: Caller, metric: str, value: float) -> Iterator[None]:
    """A measure is there all the time."""
    stopping = threading.Event()

    def feed() -> None:
        while not stopping.wait(0.3):
            with suppress(HTTPError):  # The server may be killed at any time.
                put(api, metric, value)

    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def test_a_measure_beyond_the_threshold_is_told_within_seconds(tmp_path: Path) -> None:
    with http_peer() as peer, serving(tmp_path, config=QUICK) as server:
        api = server.api
        metric = make_metric(api)
        alarm = make_alarm(api, "busy", f"http://{peer.address}/hook%2Fa?x=1%3A2")
        reason = until(
            lambda: (r := api.done("GET", f"/aodh/v2/alarms/{alarm}")["state_reason"]) != "Not evaluated yet" and r,
            "the first decision",
        )
        assert "No datapoint for granularity 1: the metric never had a point" == reason
        with feeding(api, metric, 90.0):
            until(lambda: peer.requests, "the webhook")
            assert "alarm" == state(api, alarm)
        (request, *more) = peer.requests
        assert [] == more
        # Byte for byte as it was written.
        assert "/hook%2Fa?x=1%3A2" == request.path
        said = request.json
        assert ("busy", alarm, "insufficient data", "alarm") == tuple(
            said[each] for each in ("alarm_name", "alarm_id", "previous", "current")
        )
        assert {"type": "threshold", "disposition": "outside", "count": 1, "most_recent": 90.0} == said["reason_data"]
        until(lambda: state(api, alarm) == "insufficient data", "silence")
        found = api.done("GET", f"/api/v1/alarms/{alarm}")
        assert "newest point of the metric is from" in found["alarm"]["reason"]
        assert ["delivered"] == [each["progress"] for each in found["deliveries"]]
        told = api.done("GET", f"/aodh/v2/alarms/{alarm}/history")
        assert ["state transition", "state transition", "creation"] == [each["type"] for each in told]


def test_an_event_fires_within_a_second(tmp_path: Path) -> None:
    with http_peer() as peer, serving(tmp_path, config=QUICK) as server:
        api = server.api
        rule = {
            "event_type": "compute.*",
            "query": [{"field": "traits.state", "op": "eq", "type": "string", "value": "error"}],
        }
        project = api.done(
            "POST",
            "/aodh/v2/alarms",
            body={
                "name": "broken",
                "type": "event",
                "event_rule": rule,
                "alarm_actions": [f"http://{peer.address}/event"],
            },
        )["project_id"]
        time.sleep(1.1)
        traits = [{"name": "state", "type": "text", "value": "error"}]
        if project:
            traits.append({"name": "project_id", "type": "text", "value": project})
        event = {"id": "m1", "type": "compute.instance.update", "generated_ns": time.time_ns(), "traits": traits}
        sent = time.monotonic()
        for _ in range(2):
            api.done("POST", "/api/v1/events", body={"events": [event]})
        until(lambda: peer.requests, "the webhook")
        assert time.monotonic() - sent < 5
        time.sleep(0.5)
        assert 1 == len(peer.requests)
        assert "Event <id=m1,event_type=compute.instance.update> hits" in peer.requests[0].json["reason"]


def test_a_kill_between_decision_and_delivery_loses_nothing(tmp_path: Path) -> None:
    with http_peer() as peer, serving(tmp_path, config=QUICK) as server:
        peer.status = 503
        api = server.api
        metric = make_metric(api)
        alarm = make_alarm(api, "busy", f"http://{peer.address}/")
        with feeding(api, metric, 90.0):
            until(lambda: peer.requests, "the first attempt")
            server.kill()
        refused = len(peer.requests)
        peer.status = 200
        server.restart()
        api = server.api
        until(lambda: len(peer.requests) > refused, "the delivery after the restart")
        until(
            lambda: api.done("GET", f"/api/v1/alarms/{alarm}")["deliveries"][-1]["progress"] == "delivered",
            "that it is noted",
        )
        assert 1 == len(set(keys(peer, "busy")))


def test_a_prometheus_that_hangs_delays_no_other_alarm_no_stop_and_no_restart(tmp_path: Path) -> None:
    asked, go = threading.Event(), threading.Event()

    def answer(_method: str, _path: str, _body: bytes) -> tuple[int, bytes]:
        asked.set()
        go.wait(WAIT_S)
        return 200, as_json({"data": {"resultType": "scalar", "result": [1.5, "1"]}})

    with http_peer() as peer, answering(answer) as url:
        patient = QUICK.replace("[alarm]", f'[alarm]\nprometheus_url = "{url}"\ntimeout_s = 300')
        with serving(tmp_path, config=patient) as server:
            api = server.api
            rule = {"query": "up", "threshold": 0, "comparison_operator": "gt"}
            hook = f"http://{peer.address}/"
            body = {"name": "up", "type": "prometheus", "prometheus_rule": rule, "alarm_actions": [hook]}
            up = str(api.done("POST", "/aodh/v2/alarms", body=body)["alarm_id"])
            assert asked.wait(WAIT_S)
            metric = make_metric(api)
            make_alarm(api, "busy", hook)
            with feeding(api, metric, 90.0):
                until(lambda: keys(peer, "busy"), "the webhook of another alarm")
            assert ("insufficient data", []) == (state(api, up), keys(peer, "up"))
            # Neither who is told to end nor who dies leaves the alarm undecided.
            assert 0 == server.stop()
            for end in (server.kill, lambda: None):
                # Nobody is there any more for the answer of before.
                go.set()
                go.clear()
                asked.clear()
                server.restart()
                assert asked.wait(WAIT_S)
                end()
            assert "insufficient data" == state(server.api, up)
            go.set()
            until(lambda: keys(peer, "up"), "the webhook")
            assert ("alarm", 1) == (state(server.api, up), len(set(keys(peer, "up"))))


def test_three_evaluators_share_alarms_and_one_that_dies_leaves_none_behind(
    tmp_path: Path, fresh_postgresql_url: str, fresh_clickhouse_url: str
) -> None:
    config = f'{QUICK}[index]\nurl = "{fresh_postgresql_url}"\n[store]\ndsn = "{fresh_clickhouse_url}"\n'
    with http_peer() as peer, ExitStack() as started:
        servers: list[Server] = []
        for name in ("one", "two", "three"):
            folder = tmp_path / name
            folder.mkdir()
            servers.append(started.enter_context(serving(folder, config=config)))
        dying, api = servers[1], servers[0].api
        metric = make_metric(api)
        alarms = [make_alarm(api, f"a{number}", f"http://{peer.address}/") for number in range(60)]
        until(lambda: all(slots(each) for each in servers), "that all three have a share")
        with feeding(api, metric, 90.0):
            until(lambda: all(keys(peer, f"a{number}") for number in range(60)), "that every alarm tells of it")
            # What is noted does not go out again.
            until(lambda: all(is_noted(api, each) for each in alarms), "that this is noted")
        dying.kill()
        until(lambda: {state(api, each) for each in alarms} == {"insufficient data"}, "silence", 30)
        before = len(peer.requests)
        with feeding(api, metric, 90.0):
            until(lambda: len(peer.requests) >= before + 60, "that every alarm tells of it again", 15)
            time.sleep(2)
        for number in range(60):
            told = keys(peer, f"a{number}")
            assert len(told) == len(set(told)) == 2, f"a{number} was decided by two, or by none: {told}"


def is_noted(api: Caller, alarm: str) -> bool:
    """Whether it is kept that all which an alarm has told was delivered."""
    told = api.done("GET", f"/api/v1/alarms/{alarm}")["deliveries"]
    return {each["progress"] for each in told} == {"delivered"}


def slots(server: Server) -> int:
    """How many shares of the alarms a server decides."""
    text = Caller(server.url, {})("GET", "/metrics").body
    line = next((each for each in text.splitlines() if each.startswith("nephoscope_alarm_slots ")), "x 0")
    return int(float(line.split()[1]))
