# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Scaling groups of real processes in the running program: driven by alarms, by targets, by hand, and over kills."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.system.cloud_peer import cloud_peer
from tests.system.commands import answer_of, nephoscope
from tests.system.http import Caller, plain
from tests.system.server import Server, serving
from tests.system.test_alarms import FINE, QUICK, feeding, make_alarm, make_metric, until

# Members are processes that do nothing; new ones are watched for a moment.
SCALE = f"""{QUICK}
[scale]
poll_interval_s = 0.1
reconcile_interval_s = 1
hold_s = 2
lag_s = 0
settle_s = 0.3
[scale.commands]
idler = ["/bin/sleep", "3600"]
"""
WEB: dict[str, Any] = {
    "name": "web",
    "actuator": "command",
    "options": {"command": "idler"},
    "min_size": 1,
    "max_size": 5,
    "desired": 1,
}
UP = {"type": "adjustment", "adjustment_type": "change_in_capacity", "scaling_adjustment": 1}


@contextmanager
def scaling(folder: Path, config: str = SCALE) -> Iterator[Server]:
    """A server whose groups leave no process behind."""
    with serving(folder, config=config) as server:
        try:
            yield server
        finally:
            if server.running:
                remove_all(server.api)


def remove_all(api: Caller) -> None:
    for group in api.done("GET", "/api/v1/scaling/groups")["groups"]:
        api.done("DELETE", f"/api/v1/scaling/groups/{group['id']}", arguments={"members": "remove"})
    until(lambda: not api.done("GET", "/api/v1/scaling/groups")["groups"], "that all groups are gone")


def shown(api: Caller, group: str = "web") -> Any:
    return api.done("GET", f"/api/v1/scaling/groups/{group}")


def settled(api: Caller, size: int) -> list[str]:
    """Wait until so many members are there; gives their ids, of processes their numbers."""

    def there() -> Any:
        found = shown(api)
        group = found["group"]
        return (group["size"], group["busy"]) == (size, False) and found["members"]

    return [each["id"] for each in until(there, f"{size} members")]


def decisions(api: Caller) -> Any:
    return api.done("GET", "/api/v1/scaling/groups/web/decisions")["decisions"]


def test_an_alarm_scales_a_group_and_its_delivery_tells_what_came_of_it(tmp_path: Path) -> None:
    with scaling(tmp_path) as server:
        api = server.api
        api.done("POST", "/api/v1/scaling/groups", body=WEB)
        settled(api, 1)
        policy = api.done(
            "POST", "/api/v1/scaling/groups/web/policies", body={"name": "up", "rule": UP | {"cooldown_s": 600}}
        )
        metric = make_metric(api)
        alarm = make_alarm(api, "busy", policy["alarm_action"])
        with feeding(api, metric, 90.0):
            settled(api, 2)
        (delivery,) = until(
            lambda: [
                each
                for each in api.done("GET", f"/api/v1/alarms/{alarm}")["deliveries"]
                if each["progress"] == "delivered"
            ],
            "the delivery",
        )
        told = api.done("GET", f"/api/v1/deliveries/{delivery['key']}")
        assert ["accepted: from 1 to 2 members"] == [each["error"] for each in told["attempts"]]
        newest = decisions(api)[0]
        assert ("signal", f"alarm {alarm}", "done") == tuple(newest[each] for each in ("cause", "by", "progress"))
        # Once more by hand: the same notification, decided once.
        api.done("POST", f"/api/v1/deliveries/{delivery['key']}/again")
        until(
            lambda: len(api.done("GET", f"/api/v1/deliveries/{delivery['key']}")["attempts"]) == 2, "the second attempt"
        )
        assert newest["id"] == decisions(api)[0]["id"]
        # A new signal is refused, as it is too soon.
        answer = plain(policy["signal_url"])("POST", "", body={"any": ["json"]})
        assert (200, "refused") == (answer.status, answer.body["verdict"])


def test_a_server_that_is_killed_in_the_middle_finishes_when_it_is_back(tmp_path: Path) -> None:
    with scaling(tmp_path, SCALE.replace("settle_s = 0.3\n", "settle_s = 2\n")) as server:
        api = server.api
        api.done("POST", "/api/v1/scaling/groups", body=WEB)
        first = settled(api, 1)
        said = api.done("PUT", "/api/v1/scaling/groups/web/size", body={"size": 4})
        assert ("accepted", "under way") == (said["verdict"], said["progress"])
        until(lambda: len(list((server.data_dir / "scale").rglob("*.json"))) > 1, "that it has begun")
        server.kill()
        server.restart()
        pids = settled(server.api, 4)
        assert first[0] in pids, "who was there stays"
        assert 4 == len(set(pids))
        newest = decisions(server.api)[0]
        assert (said["id"], "done", "") == (newest["id"], newest["progress"], newest["failure"])


def test_a_member_that_dies_is_replaced(tmp_path: Path) -> None:
    with scaling(tmp_path) as server:
        api = server.api
        api.done("POST", "/api/v1/scaling/groups", body=WEB | {"desired": 2})
        dying, staying = settled(api, 2)
        os.kill(int(dying), 9)
        until(lambda: decisions(api)[0]["cause"] == "reconcile" and decisions(api)[0]["progress"] == "done", "a repair")
        pids = settled(api, 2)
        assert staying in pids
        assert dying not in pids


def test_the_mean_over_the_members_is_kept_at_a_target(tmp_path: Path) -> None:
    with scaling(tmp_path) as server:
        api = server.api
        api.done("POST", "/gnocchi/v1/archive_policy", body=FINE)
        api.done("POST", "/api/v1/scaling/groups", body=WEB)
        settled(api, 1)
        (member,) = shown(api)["members"]
        metrics = {"load": {"archive_policy_name": "fine"}}
        made = api.done("POST", "/gnocchi/v1/resource/generic", body={"id": member["resource_id"], "metrics": metrics})
        rule = {"type": "target", "metric": "load", "target": 30, "granularity": 1, "cooldown_out_s": 600}
        api.done("POST", "/api/v1/scaling/groups/web/policies", body={"name": "load", "rule": rule})
        with feeding(api, str(made["metrics"]["load"]), 85.0):
            settled(api, 3)
        newest = next(each for each in decisions(api) if each["cause"] == "target")
        assert "from 1 to 3 members: 85 at 1 members, and 30 is wanted" == newest["reason"]
        charted = api.done("GET", "/api/v1/metrics", arguments={"match": "desired"})
        assert ["scaling_group"] == [each["type"] for each in charted]


def test_of_two_servers_one_takes_over_what_the_other_has_begun(
    tmp_path: Path, fresh_postgresql_url: str, fresh_clickhouse_url: str
) -> None:
    config = SCALE.replace("[scale]\n", "[scale]\nlook_interval_s = 0.1\n")
    config += f'[index]\nurl = "{fresh_postgresql_url}"\n[store]\ndsn = "{fresh_clickhouse_url}"\n'
    with cloud_peer() as cloud, ExitStack() as started:
        servers = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            servers.append(started.enter_context(serving(folder, config=config)))
        api = servers[0].api
        api.done("POST", "/api/v1/scaling/groups", body=WEB | {"actuator": "webhook", "options": {"url": cloud.url}})
        settled(api, 1)
        cloud.build_s = 8.0
        said = api.done("PUT", "/api/v1/scaling/groups/web/size", body={"size": 3})
        until(lambda: len(cloud.made) == 3, "that members are begun")
        dying = until(lambda: [each for each in servers if held(each)], "who is at it")
        assert 1 == len(dying), "one at a time"
        dying[0].kill()
        (staying,) = (each for each in servers if each is not dying[0])
        api = staying.api
        until(lambda: held(staying), "that the other takes over", 10)
        assert shown(api)["group"]["busy"], "members that are begun are waited for"
        settled(api, 3)
        newest = decisions(api)[0]
        assert (said["id"], "done", "") == (newest["id"], newest["progress"], newest["failure"])
        assert sorted(cloud.made) == sorted({each["name"] for each in cloud.members()}), "none was made twice"
        remove_all(api)
        assert [] == cloud.members()


def held(server: Server) -> int:
    """How many groups a server works on."""
    text = plain(server.url)("GET", "/metrics").body
    line = next((each for each in text.splitlines() if each.startswith("nephoscope_scaling_groups_held ")), "x 0")
    return int(float(line.split()[1]))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all that commands are tried on."""
    with scaling(tmp_path_factory.mktemp("scale")) as server:
        yield server


def test_commands_lead_from_a_new_group_to_its_end(shared: Server) -> None:
    assert "There are no scaling groups" in nephoscope(shared, "scale", "groups")
    sizes = ("--min", "1", "--max", "4", "--desired", "2")
    said = nephoscope(shared, "scale", "create", "web", "--actuator", "command", "--option", "command=idler", *sizes)
    assert said.startswith("group web made, its id is web-")
    settled(shared.api, 2)
    said = nephoscope(shared, "scale", "policy", "web", "up", "--by", "+1", "--cooldown", "300")
    assert "an alarm's action for it is scale:" in said
    nephoscope(shared, "scale", "policy", "web", "night", "--cron", "0 22 * * *", "--desired", "1")
    nephoscope(shared, "scale", "policy", "web", "busy", "--metric", "cpu", "--target", "60")
    assert "would be accepted: from 2 to 3 members\n" == nephoscope(shared, "scale", "dry-run", "web", "up")
    assert "accepted: from 2 to 3 members\n" == nephoscope(shared, "scale", "signal", "web", "up")
    settled(shared.api, 3)
    member = answer_of(shared, "scale", "show", "web")["members"][0]["name"]
    assert f"member {member} is protected\n" == nephoscope(shared, "scale", "protect", "web", member)
    assert "accepted: from 3 to 1 members\n" == nephoscope(shared, "scale", "set", "web", "--desired", "1")
    settled(shared.api, 1)
    told = nephoscope(shared, "scale", "show", "web")
    for word in (
        "1 of 1 members",
        "bounds 1..4",
        "by +1",
        "0 22 * * *: desired 1",
        "cpu to 60, every 60 s",
        "protected",
    ):
        assert word in told
    assert "group web changed\n" == nephoscope(shared, "scale", "set", "web", "--max", "9", "--pause")
    assert "paused" in nephoscope(shared, "scale", "groups")
    listed = nephoscope(shared, "scale", "decisions", "web", "--limit", "5")
    assert "3 → 1" in listed
    assert "done" in listed
    assert ["accepted"] * 3 == [each["verdict"] for each in answer_of(shared, "scale", "decisions", "web")]
    assert "policy busy of group web deleted\n" == nephoscope(shared, "scale", "delete", "web", "--policy", "busy")
    assert "members=remove" in nephoscope(shared, "scale", "delete", "web", code=1)
    nephoscope(shared, "scale", "delete", "web", "--members", "remove")
    until(lambda: [] == answer_of(shared, "scale", "groups"), "that it is gone")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "nobody"), "Scaling group nobody not found"),
        (("signal", "nobody", "up"), "Scaling group nobody not found"),
        (("create", "x", "--actuator", "magic", "--max", "1"), "no actuator is called 'magic'"),
        (("create", "x", "--actuator", "command", "--max", "1", "--option", "command=rm"), "rm"),
        (("create", "x", "--actuator", "command", "--max", "1", "--option", "command"), "expected NAME=VALUE"),
        (("policy", "x", "y"), "expected one of --by, --to, --percent, --target and --cron"),
        (("policy", "x", "y", "--target", "5"), "--target needs --metric"),
        (("set", "x"), "say what is to be different"),
    ],
)
def test_commands_say_what_is_wrong(shared: Server, arguments: tuple[str, ...], message: str) -> None:
    code = 2 if "expected" in message or "needs" in message or "different" in message else 1
    assert message in nephoscope(shared, "scale", *arguments, code=code)
