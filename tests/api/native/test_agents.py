# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Agents tell how they are; lists and pages show it with rates, to those whose agents they are."""

from typing import Any

import pytest

from nephoscope.model.agent_report import REPORT_BYTES_MAX
from nephoscope.store.index.agent_reports import AgentReports
from tests.api.asgi import Answer, Client
from tests.api.native.accounts import ADMIN, MEMBER, OPERATOR, READER, WRITER

SECOND = 10**9


class Clock:
    """The time by which reports are received."""

    def __init__(self) -> None:
        self.now_ns = 1_800_000_000 * SECOND

    def __call__(self) -> int:
        return self.now_ns


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until a test sets it forward."""
    clock = Clock()
    monkeypatch.setattr(AgentReports, "_now_ns", lambda self, connection: clock())
    return clock


def told(name: str = "compute-1", at: int = 0, **more: Any) -> dict[str, Any]:
    """A report in which everything has been counted `at` times."""
    return {
        "name": name,
        "version": "1.0",
        "started_ns": 5 * SECOND,
        "time_ns": 6 * SECOND,
        "interval_s": 10,
        "sources": [{"name": "vms", "interval_s": 60, "meters": ["cpu", "!disk.*"], "families": ["libvirt"]}],
        "tasks": [
            {
                "name": "60s",
                "interval_s": 60,
                "shared": False,
                "cycles": at,
                "samples": 40 * at,
                "last": {"ended_ns": 7 * SECOND, "seconds": 0.5, "late_s": 0.1, "samples": 40},
            }
        ],
        "families": [{"name": "libvirt"}],
        "shared": {"group": "central", "held": 3, "slots": 64},
        "brokers": [{"address": "broker:5672", "connected": True, "queues": ["q"], "received": 10 * at}],
        "pipelines": [
            {
                "takes": "meters",
                "sources": [{"name": "all", "takes": ["*"], "sinks": ["rates"], "taken": 50 * at}],
                "sinks": [
                    {
                        "name": "rates",
                        "entered": 50 * at,
                        "steps": [{"name": "rate_of_change", "out": 20 * at}],
                        "outlets": [0],
                    }
                ],
            }
        ],
        "outlets": [{"name": "nephoscope://", "waiting": 2, "waiting_bytes": 300, "sent": 20 * at}],
        **more,
    }


def tell(client: Client, who: dict[str, str] = MEMBER, **report: Any) -> Answer:
    return client.request("POST", "/api/v1/agents", data=told(**report), headers=who)


def shown(client: Client, who: dict[str, str] = MEMBER, name: str = "compute-1", query: str = "") -> Any:
    return client.request("GET", f"/api/v1/agents/{name}{query}", headers=who).json()


def listed(client: Client, who: dict[str, str] = MEMBER, query: str = "") -> Any:
    return client.request("GET", f"/api/v1/agents{query}", headers=who).json()


def test_rates_are_what_rose_between_two_reports(client: Client, clock: Clock) -> None:
    assert {"next_s": 10} == tell(client).json()
    first = shown(client)
    assert (None, None) == (first["window_s"], first["outlets"][0]["sent"]["per_s"])
    clock.now_ns += 20 * SECOND
    tell(client, at=2)

    found = shown(client)

    assert 20 == found["window_s"]
    assert {"total": 80, "per_s": 4} == found["tasks"][0]["samples"]
    assert {"total": 20, "per_s": 1} == found["brokers"][0]["received"]
    pipeline = found["pipelines"][0]
    assert {"total": 100, "per_s": 5} == pipeline["sources"][0]["taken"] == pipeline["sinks"][0]["entered"]
    assert [{"name": "rate_of_change", "out": {"total": 40, "per_s": 2}}] == pipeline["sinks"][0]["steps"]
    assert ({"total": 40, "per_s": 2}, 2, 300) == tuple(
        found["outlets"][0][each] for each in ("sent", "waiting", "waiting_bytes")
    )
    assert {"ended_ms": 7000, "seconds": 0.5, "late_s": 0.1, "samples": 40} == found["tasks"][0]["last"]
    assert {"group": "central", "held": 3, "slots": 64} == found["shared"]
    assert [["cpu", "!disk.*"], ["libvirt"]] == [found["sources"][0][each] for each in ("meters", "families")]
    assert ("ok", []) == (found["agent"]["state"], found["agent"]["troubles"])


def test_an_agent_that_was_started_anew_has_no_rates_below_nothing(client: Client, clock: Clock) -> None:
    tell(client, at=100)
    clock.now_ns += 10 * SECOND
    tell(client, at=1, started_ns=9 * SECOND)
    assert {"total": 20, "per_s": None} == shown(client)["outlets"][0]["sent"]
    clock.now_ns += 10 * SECOND
    tell(client, at=3, started_ns=9 * SECOND)
    assert {"total": 60, "per_s": 4} == shown(client)["outlets"][0]["sent"]


@pytest.mark.parametrize(
    ("more", "trouble"),
    [
        ({"outlets": [{"name": "udp://x", "away": True, "waiting": 3}]}, "udp://x takes nothing now; 3 batches wait"),
        ({"outlets": [{"name": "udp://x", "refused": 5}]}, "udp://x: 5 refused, 0 lost before they were sent"),
        ({"outlets": [{"name": "udp://x", "lost": 7}]}, "udp://x: 0 refused, 7 lost before they were sent"),
        ({"brokers": [{"address": "b:1", "connected": False}]}, "no connection to the broker b:1"),
        ({"families": [{"name": "libvirt", "errors": 1}]}, "libvirt could not be read"),
        ({"families": [{"name": "libvirt", "timeouts": 1}]}, "libvirt could not be read"),
        (
            {"tasks": [{"name": "60s", "interval_s": 60, "shared": False, "overruns": 1}]},
            "a cycle of polling every 60s began late",
        ),
        ({"drops": [{"station": "poll", "cause": "timeout", "records": 4}]}, "4 dropped by poll: timeout"),
    ],
)
def test_what_is_wrong_is_said_and_makes_the_state(
    client: Client, clock: Clock, more: dict[str, Any], trouble: str
) -> None:
    tell(client)
    clock.now_ns += 10 * SECOND
    tell(client, **more)
    assert [("errors", [trouble])] == [(each["state"], each["troubles"]) for each in listed(client)["agents"]]


def test_trouble_that_is_over_is_none(client: Client, clock: Clock) -> None:
    drops = [{"station": "poll", "cause": "timeout", "records": 4}]
    outlets = [{"name": "udp://x", "refused": 5, "lost": 6, "trouble": "500", "trouble_ns": 9 * SECOND}]
    for _ in range(2):
        tell(client, drops=drops, outlets=outlets)
        clock.now_ns += 10 * SECOND
    found = shown(client)
    assert "ok" == found["agent"]["state"]
    assert [{"station": "poll", "cause": "timeout", "records": {"total": 4, "per_s": 0}}] == found["drops"]
    assert (False, "500", 9000) == tuple(found["outlets"][0][each] for each in ("in_trouble", "trouble", "trouble_ms"))


def test_who_does_not_report_is_silent_whatever_it_said(client: Client, clock: Clock) -> None:
    tell(client, brokers=[{"address": "b:1", "connected": False}])
    for seconds, state in ((35, "errors"), (36, "silent")):
        clock.now_ns = 1_800_000_000 * SECOND + seconds * SECOND
        assert state == listed(client)["agents"][0]["state"] == shown(client)["agent"]["state"]


def test_agents_are_for_their_project_and_for_operators(client: Client) -> None:
    tell(client, name="blue")
    tell(client, ADMIN, name="nobodys")
    tell(client, WRITER, name="writers")
    for who, names in ((ADMIN, ["blue", "nobodys", "writers"]), (OPERATOR, ["blue", "nobodys", "writers"])):
        assert names == [each["name"] for each in listed(client, who)["agents"]]
    for who in (MEMBER, READER):
        assert "nobodys" not in str(listed(client, who))
        assert "blue" in str(listed(client, who))
        assert 404 == client.request("GET", "/api/v1/agents/nobodys", headers=who).status
    assert 403 == client.request("GET", "/api/v1/agents", headers=WRITER).status
    assert 403 == client.request("POST", "/api/v1/agents", data=told(), headers=READER).status


def test_a_name_may_hold_anything_that_can_be_kept(client: Client) -> None:
    tell(client, name="rack 7/host é")
    assert "rack 7/host é" == shown(client, name="rack%207/host%20%C3%A9")["agent"]["name"]
    assert 404 == client.request("GET", "/api/v1/agents/unknown", headers=MEMBER).status


def test_of_two_agents_of_one_name_the_project_tells_which(client: Client, clock: Clock) -> None:
    tell(client, MEMBER, at=1)
    clock.now_ns += SECOND
    tell(client, ADMIN, at=2)
    assert [40, 20] == [
        shown(client, ADMIN, query=query)["outlets"][0]["sent"]["total"] for query in ("", "?project=blue")
    ]
    assert 404 == client.request("GET", "/api/v1/agents/compute-1?project=red", headers=ADMIN).status


def test_a_long_list_comes_in_pages(client: Client) -> None:
    for name in "cab":
        tell(client, name=name)
    first = client.request("GET", "/api/v1/agents?limit=2", headers=MEMBER).json()
    assert ["a", "b"] == [each["name"] for each in first["agents"]]
    marker = first["next"].replace('"', "%22")
    rest = listed(client, query=f"?limit=2&marker={marker}")
    assert (["c"], None) == ([each["name"] for each in rest["agents"]], rest["next"])
    answer = client.request("GET", "/api/v1/agents?marker=x", headers=MEMBER)
    assert (400, "marker") == (answer.status, answer.json()["field"])


def test_what_a_later_release_says_beyond_this_is_passed_over(client: Client) -> None:
    assert 200 == tell(client, mood="good").status


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"name": ""}, 400, "name"),
        ({"name": "x" * 256}, 400, "name"),
        ({"name": "a\0b"}, 400, "NUL"),
        ({"started_ns": -1}, 400, "started_ns"),
        ({"interval_s": "soon"}, 400, "interval_s"),
        ({"outlets": [{"name": "x", "sent": -1}]}, 400, "sent"),
        ({"outlets": [{"name": "x", "waiting": 1.5}]}, 400, "waiting"),
        ({"outlets": []}, 400, "expected places among 0 outlets"),
        ({"pipelines": [{"takes": "everything"}]}, 400, "takes"),
        ({"pipelines": [{"takes": "meters"}] * 3}, 400, "pipelines"),
        ({"pipelines": [{"takes": "meters", "sources": [{"name": "a", "takes": [], "sinks": ["b"]}]}]}, 400, "'b'"),
        ({"drops": [{"station": "a", "cause": "b", "records": 0}] * 501}, 400, "drops"),
        ({"tasks": [{"name": "t", "interval_s": 1e300, "shared": False}]}, 400, "interval_s"),
        ({"mood": "x" * REPORT_BYTES_MAX}, 413, f"larger than {REPORT_BYTES_MAX} bytes"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    client: Client, more: dict[str, Any], status: int, said: str
) -> None:
    answer = tell(client, **more)
    assert status == answer.status
    assert said in answer.text
    assert [] == listed(client, ADMIN)["agents"]


def test_no_json_is_refused(client: Client) -> None:
    headers = {**MEMBER, "content-type": "application/json"}
    assert 400 == client.request("POST", "/api/v1/agents", body=b"{", headers=headers).status
    assert 400 == client.request("POST", "/api/v1/agents", body=b"[]", headers=headers).status
