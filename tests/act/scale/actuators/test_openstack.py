# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Members that are servers of a cloud: a small endpoint keeps them, OpenStack's own SDK asks it."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nephoscope.act.scale.actuators.openstack import Openstack
from nephoscope.act.scale.contract import Member
from nephoscope.model.errors import BadRequest, Unavailable
from tests.act.notify.made import NOON_NS
from tests.act.scale.actuators.made import tools
from tests.act.scale.actuators.nova import IMAGE, Nova
from tests.services import openstack as cloud_service
from tests.services.ports import free_port

OPTIONS = {"image": IMAGE, "flavor": "m1.tiny", "networks": ["private"]}


@pytest.fixture
def cloud() -> Iterator[cloud_service.Openstack]:
    with cloud_service.Openstack() as made:
        yield made


@pytest.fixture
def nova(cloud: cloud_service.Openstack) -> Nova:
    return Nova(cloud)


@pytest.fixture
def found(cloud: cloud_service.Openstack, nova: Nova, tmp_path: Path) -> Iterator[Openstack]:
    made = actuator(cloud, tmp_path)
    yield made
    made.close()


def actuator(cloud: cloud_service.Openstack, folder: Path, **more: Any) -> Openstack:
    settings = {"service_cloud": True, **more.pop("settings", {})}
    return Openstack("web", {**OPTIONS, **more}, tools(folder, openstack=cloud.arguments, **settings))


def states(found: Openstack) -> dict[str, str]:
    return {member.name: member.state for member in found.members()}


def test_servers_are_made_marked_and_waited_for(found: Openstack, nova: Nova) -> None:
    found.grow(["web-1", "web-2"])
    assert {"web-1": "running", "web-2": "running"} == states(found)
    first, _ = nova.wanted
    assert {"metering.server_group": "web"} == first["metadata"]
    assert ("f-1", "1bea47ed-f6a9-463b-b423-14b9cca9ad27") == (first["flavorRef"], first["imageRef"])
    assert [{"uuid": "n-1"}] == first["networks"]
    assert Member(id="i-1", name="web-1", created_ns=NOON_NS) == found.members()[0]


def test_all_options_are_handed_on(cloud: cloud_service.Openstack, nova: Nova, tmp_path: Path) -> None:
    options = {
        "key_name": "ops",
        "security_groups": ["web", "ssh"],
        "availability_zone": "az-1",
        "user_data": "#!/bin/sh\necho é\n",
        "metadata": {"role": "frontend"},
        "networks": [],
    }
    made = actuator(cloud, tmp_path, **options)
    made.grow(["web-1"])
    (wanted,) = nova.wanted
    assert ("ops", "az-1", "auto") == (wanted["key_name"], wanted["availability_zone"], wanted["networks"])
    assert [{"name": "web"}, {"name": "ssh"}] == wanted["security_groups"]
    assert options["user_data"] == base64.b64decode(wanted["user_data"]).decode()
    assert {"role": "frontend", "metering.server_group": "web"} == wanted["metadata"]
    made.close()


def test_what_is_there_is_left_and_what_comes_to_nothing_is_told(found: Openstack, nova: Nova) -> None:
    nova.server("web-1", "web")
    nova.fails = {"web-2"}
    found.grow(["web-1", "web-2"])
    assert ["web-2"] == [each["name"] for each in nova.wanted]
    failed = found.members()[1]
    assert ("failed", "ERROR No valid host was found.") == (failed.state, failed.detail)


def test_servers_are_deleted_and_waited_for(found: Openstack, nova: Nova) -> None:
    for number in (1, 2, 3):
        nova.server(f"web-{number}", "web")
    first, second, third = found.members()
    found.shrink([first, third])
    found.shrink([first, third])
    assert [second] == found.members()
    found.shrink([])


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("BUILD", "starting"),
        ("HARD_REBOOT", "starting"),
        ("VERIFY_RESIZE", "running"),
        ("SHUTOFF", "failed"),
        ("ERROR", "failed"),
        ("UNHEARD_OF", "failed"),
    ],
)
def test_states_follow_from_status(found: Openstack, nova: Nova, status: str, state: str) -> None:
    nova.server("web-1", "web", status)
    assert {"web-1": state} == states(found)


def test_only_servers_of_the_group_are_members(found: Openstack, nova: Nova) -> None:
    nova.server("web-1", "other")
    nova.server("webs-1", "web")
    nova.server("web-2", "web", metadata={})
    nova.server("web-3", "web", "DELETED")
    nova.server("web-4", "web", **{"OS-EXT-STS:task_state": "deleting"})
    assert {"web-4": "stopping"} == states(found)
    assert {} == states(found)


@pytest.mark.parametrize("missing", ["image", "flavor"])
def test_what_a_server_is_made_of_has_to_be_there(
    cloud: cloud_service.Openstack, nova: Nova, tmp_path: Path, missing: str
) -> None:
    made = actuator(cloud, tmp_path, **{missing: "nothing like it"})
    with pytest.raises(BadRequest, match="nothing like it"):
        made.grow(["web-1"])
    assert {} == nova.servers
    made.close()


@pytest.mark.parametrize(
    ("status", "kind"), [(400, BadRequest), (403, Unavailable), (409, Unavailable), (500, Unavailable)]
)
def test_a_cloud_that_says_no(found: Openstack, nova: Nova, status: int, kind: type[Exception]) -> None:
    nova.refuse = cloud_service.Answer("", {}, {"said": {"message": "Quota exceeded for cores"}}, status=status)
    with pytest.raises(kind, match=f"the cloud answered {status}: .*Quota exceeded for cores"):
        found.grow(["web-1"])


def test_one_that_does_not_get_done_is_given_up(cloud: cloud_service.Openstack, nova: Nova, tmp_path: Path) -> None:
    made = actuator(cloud, tmp_path, settings={"change_timeout_s": 0})
    with pytest.raises(Unavailable, match="servers were not there within 0 s"):
        made.grow(["web-1"])
    # The next server to look finds it, and makes no second one.
    made.grow(["web-1"])
    assert 1 == len(nova.wanted)
    made.close()


def test_a_cloud_that_is_away_or_lets_nobody_in_is_told_without_credentials(
    cloud: cloud_service.Openstack, tmp_path: Path
) -> None:
    auth = cloud.arguments["auth"]
    for wrong in ({"auth_url": f"http://127.0.0.1:{free_port()}/v3"}, {"password": "s3cret"}):
        arguments = {**cloud.arguments, "auth": {**auth, **wrong}}
        made = Openstack("web", OPTIONS, tools(tmp_path, openstack=arguments, service_cloud=True))
        with pytest.raises(Unavailable, match="the cloud") as problem:
            made.members()
        assert "s3cret" not in problem.value.message
        made.close()


@pytest.mark.parametrize(
    ("options", "settings", "said"),
    [
        ({"image": 7}, {}, r"Expected `str`, got `int` - at `\$\.image`"),
        ({"metadata": {"metering.server_group": "x"}}, {}, "is how the group knows its servers"),
        ({"user_data": "x" * 64_001}, {}, "user_data: more than 64000 bytes"),
        ({"cloud": "theirs"}, {"clouds": ["ours"]}, r"none of that name in \[scale\] clouds: 'theirs'"),
        ({}, {"service_cloud": False}, r"expected one of \[scale\] clouds, as \[scale\] service_cloud is not set"),
        ({}, {"service_cloud": True}, r"no credentials of our own; set \[keystone\]"),
    ],
)
def test_options_that_are_wrong_are_named(
    tmp_path: Path, options: dict[str, Any], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadRequest, match=said):
        Openstack("web", {**OPTIONS, **options}, tools(tmp_path, **settings))


def test_a_cloud_that_clouds_yaml_does_not_know_is_told(tmp_path: Path) -> None:
    found = Openstack("web", {**OPTIONS, "cloud": "ours"}, tools(tmp_path, clouds=["ours"]))
    with pytest.raises(BadRequest, match="options: cloud: Cloud ours was not found"):
        found.members()
