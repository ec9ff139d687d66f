# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Discoveries that ask a cloud: what is there, what is not, and what goes wrong on the way."""

import time
from collections.abc import Iterator

import pytest

from nephoscope.poll.contract import PollSettings, ServiceAbsent, Target
from nephoscope.poll.http_body import HttpFailed
from nephoscope.poll.openstack import discovery
from nephoscope.poll.openstack.connection import Cloud
from nephoscope.poll.openstack.listing import LISTINGS, _next
from tests.services.openstack import PASSWORD, PROJECT, Openstack


@pytest.fixture
def cloud() -> Iterator[Openstack]:
    with Openstack() as started:
        yield started


def of(cloud: Openstack) -> PollSettings:
    return PollSettings("here", cloud=Cloud(cloud.arguments, 3), timeout_s=3)


def test_projects_are_found_with_what_is_known_of_them(cloud: Openstack) -> None:
    found = discovery.TENANT(of(cloud)).discover("")
    assert [PROJECT, "8e1b8b3d1c2e4f5aa6b7c8d9e0f1a2b3", "0d7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b"] == [t.id for t in found]
    assert ["service", "shop", "closed"] == [target.facts["name"] for target in found]


@pytest.mark.parametrize("name", LISTINGS)
def test_a_service_that_is_not_in_the_catalogue_is_absent(name: str) -> None:
    kind = LISTINGS[name].service_type
    with Openstack(without=(kind,)) as cloud:
        with pytest.raises(ServiceAbsent, match=f"the cloud has no service of type {kind}"):
            discovery.listed(name)(of(cloud)).discover("")
        assert not [each for each in cloud.asked if not each.split()[1].startswith("/identity")]


def test_an_agent_without_a_cloud_finds_nothing_and_says_what_is_missing() -> None:
    for made in (discovery.IMAGES, discovery.Endpoint):
        with pytest.raises(ServiceAbsent, match="no credentials of an OpenStack cloud"):
            made(PollSettings("here")).discover("image")


def test_an_endpoint_is_found_by_the_types_older_names_too(cloud: Openstack) -> None:
    found = discovery.Endpoint(of(cloud))
    expected = [f"{cloud.url}/volume/v3/{PROJECT}"]
    assert expected == [target.facts["url"] for target in found.discover("block-storage")]
    assert expected == [target.id for target in found.discover("volumev3")]
    with pytest.raises(ServiceAbsent, match="no service of type baremetal"):
        found.discover("baremetal")


def test_a_secret_is_fetched_and_not_shown(cloud: Openstack) -> None:
    (found,) = discovery.Barbican(of(cloud)).discover("5d1a")
    assert "access, secret-of-ours" == found.facts["secret"]
    assert "secret-of-ours" not in repr(found)
    assert [Target("barbican")] == discovery.Barbican(PollSettings("here")).discover("")


def test_a_service_that_fails_says_its_status(cloud: Openstack) -> None:
    cloud.answer("/image/v2/images", {"message": "down"}, status=503)
    with pytest.raises(HttpFailed, match="status 503"):
        discovery.IMAGES(of(cloud)).discover("")


@pytest.mark.parametrize("body", [[], {"images": None}, "no JSON", {"image": []}])
def test_an_answer_of_another_shape_is_refused(cloud: Openstack, body: object) -> None:
    cloud.answer("/image/v2/images", body)
    with pytest.raises(HttpFailed, match="the answer"):
        discovery.IMAGES(of(cloud)).discover("")


def test_pages_in_a_circle_end(cloud: Openstack) -> None:
    cloud.answer("/image/v2/images", {"images": [], "next": "/v2/images?marker=a"})
    with pytest.raises(HttpFailed, match="in a circle"):
        discovery.IMAGES(of(cloud)).discover("")


def test_a_wrong_password_is_told_without_it(cloud: Openstack) -> None:
    arguments = cloud.arguments
    arguments["auth"]["password"] = "wrong-and-secret"
    with pytest.raises(Exception, match="401") as told:
        discovery.IMAGES(PollSettings("here", cloud=Cloud(arguments))).discover("")
    assert "wrong-and-secret" not in str(told.value)
    assert PASSWORD not in str(told.value)


def test_a_cloud_that_does_not_answer_is_given_up_in_time() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v3"
        auth = {"auth_url": url, "username": "a", "password": "b", "project_name": "c", "user_domain_id": "default"}
        settings = PollSettings("here", cloud=Cloud({"auth": {**auth, "project_domain_id": "default"}}, 0.5))
        started = time.monotonic()
        with pytest.raises(Exception, match=r"(?i)time"):
            discovery.IMAGES(settings).discover("")
        assert time.monotonic() - started < 10


def test_settings_share_one_connection(cloud: Openstack) -> None:
    settings = of(cloud)
    discovery.IMAGES(settings).discover("")
    discovery.VOLUMES(settings).discover("")
    assert 1 == len([each for each in cloud.asked if each.startswith("POST")])


def test_a_cloud_that_is_closed_has_nothing_open_and_is_connected_to_anew_when_asked(cloud: Openstack) -> None:
    connected = Cloud(cloud.arguments)
    connected.close()
    before = connected.connection()
    connected.close()
    connected.close()
    assert before is not connected.connection()
    assert connected.connection() is connected.connection()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"next": "/v2/images?marker=1"}, "/v2/images?marker=1"),
        ({"links": {"next": "http://a?x"}}, "http://a?x"),
        ({"links": {"next": None}}, ""),
        ({"a_links": [{"rel": "previous", "href": "p"}, {"rel": "next", "href": "n"}]}, "n"),
        ({"a_links": [{"rel": "previous", "href": "p"}]}, ""),
        ({"a_links": ["n"], "next": 3}, ""),
        ({}, ""),
    ],
)
def test_the_next_page_is_found_wherever_a_service_puts_it(body: dict[str, object], expected: str) -> None:
    assert expected == _next(body, "a")
