# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What the compute service knows of servers, and how seldom it is asked."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from nephoscope.observe import registry
from nephoscope.poll.contract import PollSettings
from nephoscope.poll.libvirt.servers import Listed, UsersMetadata, facts_of, known_by
from nephoscope.poll.openstack.connection import Cloud
from tests.poll.libvirt.polled import until
from tests.services.openstack import Openstack

WEB, DB, OTHER = (f"00000000-0000-0000-0000-{number:012d}" for number in (1, 2, 3))
IDS = (WEB, DB, OTHER)
PROJECT = "8e1b8b3d1c2e4f5aa6b7c8d9e0f1a2b3"
LIST = "/compute/v2.1/servers/detail"
ERRORS = "nephoscope_instance_facts_errors_total"


class Clock:
    """A monotonic clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def cloud() -> Iterator[Openstack]:
    with Openstack() as started:
        yield started


def of(cloud: Openstack, **changes: Any) -> PollSettings:
    settings = PollSettings("node-1", cloud=Cloud(cloud.arguments, 20), timeout_s=20, instance_discovery_method="naive")
    return replace(settings, **changes)


def asked(cloud: Openstack) -> list[str]:
    """What the compute service was asked for, the queries without what each has."""
    found = [each.removeprefix("GET /compute/v2.1/servers") for each in cloud.asked if "/compute/" in each]
    return [each.replace("/detail?all_tenants=True&host=node-1", "list ").strip() for each in found]


def test_who_is_asked_is_a_matter_of_the_settings(cloud: Openstack) -> None:
    assert None is known_by(PollSettings("node-1"))
    assert isinstance(known_by(of(cloud)), Listed)
    assert isinstance(known_by(of(cloud, instance_discovery_method="workload_partitioning")), Listed)
    extra = of(cloud, instance_discovery_method="libvirt_metadata", fetch_extra_metadata=True)
    assert isinstance(known_by(extra), UsersMetadata)
    assert [] == cloud.asked


def test_the_servers_of_the_host_are_listed_page_by_page(cloud: Openstack) -> None:
    known = Listed(of(cloud)).facts(IDS)
    assert [WEB, DB] == list(known)
    assert ["list", f"list &marker={WEB}"] == asked(cloud)
    assert ("u-ann", PROJECT, "2") == tuple(known[WEB][key] for key in ("user_id", "project_id", "flavor_id"))
    assert "web" == known[WEB]["metadata"]["metering.server_group"]
    told = known[DB]["resource_metadata"]
    assert ("shutoff", "stopped", "powering-on") == (told["status"], told["state"], told["task_state"])
    assert "image" not in told


def test_next_only_what_changed_is_asked_for_until_all_of_it_expires(cloud: Openstack) -> None:
    clock = Clock()
    servers = Listed(of(cloud), clock)
    servers.facts(IDS)
    del cloud.asked[:]
    known = servers.facts(IDS)
    assert ["list &changes-since=2026-11-28T07%3A59%3A00%2B00%3A00"] == asked(cloud)
    # One was resized, the other deleted.
    assert [WEB] == list(known)
    assert ("verify_resize", "web-2") == (
        known[WEB]["resource_metadata"]["status"],
        known[WEB]["metadata"]["metering.server_group"],
    )
    clock.now += 3600
    del cloud.asked[:]
    assert [WEB, DB] == list(servers.facts(IDS))
    assert ["list", f"list &marker={WEB}"] == asked(cloud)


def test_lists_are_as_far_apart_as_the_settings_say(cloud: Openstack) -> None:
    clock = Clock()
    servers = Listed(of(cloud, resource_update_interval_s=600), clock)
    servers.facts(IDS)
    clock.now += 599
    assert [WEB, DB] == list(servers.facts(IDS))
    assert 2 == len(asked(cloud))
    clock.now += 1
    assert [WEB] == list(servers.facts(IDS))
    assert 3 == len(asked(cloud))


def test_what_was_known_stays_while_the_service_is_away(cloud: Openstack, caplog: pytest.LogCaptureFixture) -> None:
    before = registry.value(ERRORS)
    clock = Clock()
    servers = Listed(of(cloud, resource_cache_expiry_s=0), clock)
    known = servers.facts(IDS)
    kept = list(cloud.answers)
    cloud.answer(LIST, {"message": "down"}, status=503)
    until(lambda: servers.facts(IDS) == known and registry.value(ERRORS) >= before + 3)
    assert 1 == len([each for each in caplog.records if "what was last known of servers stays" in each.getMessage()])
    cloud.answers[:] = [each for each in kept if each.path != LIST]
    cloud.answer(LIST, {"servers": []})
    until(lambda: servers.facts(IDS) == {})


@pytest.mark.parametrize("settings", [{"instance_discovery_method": "naive"}, {"fetch_extra_metadata": True}])
def test_without_a_cloud_or_its_compute_service_nothing_is_known(settings: dict[str, Any]) -> None:
    before = registry.value(ERRORS)
    for arguments in (None, {"auth": {"auth_url": "http://127.0.0.1:9/v3", "username": "a", "password": "b"}}):
        servers = known_by(replace(PollSettings("node-1", timeout_s=20, cloud=Cloud(arguments, 20)), **settings))
        assert servers is not None
        assert {} == servers.facts(IDS)
    with Openstack(without=("compute",)) as cloud:
        servers = known_by(of(cloud, **settings))
        assert servers is not None
        assert {} == servers.facts(IDS)
    assert before + 3 == registry.value(ERRORS)


def test_metadata_are_fetched_once_a_server_and_hour(cloud: Openstack) -> None:
    clock = Clock()
    servers = UsersMetadata(of(cloud), clock)
    known = servers.facts((WEB, OTHER))
    web = {"metering.server_group": "web", "metering.team.name": "shop", "role": "frontend"}
    # The compute service has not heard of the other one.
    assert {WEB: {"metadata": web}, OTHER: {"metadata": {}}} == known
    clock.now += 3599
    assert {WEB, DB} == servers.facts((WEB, DB)).keys()
    assert [f"/{each}/metadata" for each in (WEB, OTHER, DB)] == asked(cloud)
    clock.now += 1
    servers.facts((WEB, DB))
    assert f"/{WEB}/metadata" == asked(cloud)[3]
    assert 4 == len(asked(cloud))


def test_of_many_servers_some_are_asked_for_in_each_cycle(cloud: Openstack) -> None:
    class Running(Clock):
        def __call__(self) -> float:
            self.now += 2
            return self.now

    servers = UsersMetadata(of(cloud), Running())
    # Each look at the clock takes two seconds, of the two and a half that there are.
    assert {WEB, DB} == servers.facts(IDS).keys()
    assert {WEB, DB, OTHER} == servers.facts(IDS).keys()
    assert 3 == len(asked(cloud))


def test_the_metadata_that_were_known_stay_while_the_service_is_away(cloud: Openstack) -> None:
    before = registry.value(ERRORS)
    servers = UsersMetadata(of(cloud, resource_cache_expiry_s=0), Clock())
    known = servers.facts((WEB, DB))
    cloud.answer(f"/compute/v2.1/servers/{WEB}/metadata", {"metadata": ["no map"]})
    until(lambda: servers.facts((WEB, DB)) == known and registry.value(ERRORS) >= before + 2)
    cloud.answer(f"/compute/v2.1/servers/{WEB}/metadata", {"metadata": {"a": "b"}})
    until(lambda: servers.facts((WEB,)) == {WEB: {"metadata": {"a": "b"}}})


@pytest.mark.parametrize(
    "entry", [{}, {"image": "", "flavor": None, "metadata": [], "status": None}, {"image": {"links": ["x"]}}]
)
def test_an_entry_that_says_little_takes_nothing_from_what_libvirt_says(entry: dict[str, Any]) -> None:
    facts = facts_of(entry)
    assert {} == {key: facts["resource_metadata"].get(key) for key in facts["resource_metadata"] if key != "image"}
    assert (None, None, None, {}) == tuple(facts[key] for key in ("user_id", "project_id", "flavor_id", "metadata"))
