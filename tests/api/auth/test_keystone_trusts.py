# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Trusts at a real Keystone, by themselves and below alarms of the Aodh dialect."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from nephoscope.api.aodh.scoping import Owners
from nephoscope.api.auth.keystone import Keystone as KeystoneCallers
from nephoscope.api.auth.keystone_service import KeystoneService, KeystoneSettings
from nephoscope.api.auth.keystone_trusts import KeystoneTrusts
from nephoscope.model.errors import Forbidden, Unauthenticated, Unavailable
from nephoscope.store.index.contract import Index
from tests.api.aodh.callers import event_alarm, group_alarm
from tests.api.aodh.server import make_instances, served
from tests.api.asgi import Answer, Client
from tests.services import keystone as keystone_service
from tests.services.keystone import Keystone
from tests.services.ports import free_port

SECRET = "correct horse"
HEAT = "trust+http://heat:8004/v1/signal"


@pytest.fixture(scope="module")
def keystone() -> Iterator[Keystone]:
    """Alice works in blue, Bob in red; we ourselves work in service."""
    with keystone_service.started() as running:
        for name in ("blue", "red", "service", "telemetry"):
            running.create("project", name, domain_id="default")
        for name in ("alice", "bob", "nephoscope"):
            running.create("user", name, password=SECRET, domain_id="default")
        for user, role, project in (
            ("alice", "member", "blue"),
            ("alice", "reader", "blue"),
            ("bob", "member", "red"),
            ("nephoscope", "admin", "service"),
        ):
            running.grant(user, role, project)
        yield running


@pytest.fixture(scope="module")
def settings(keystone: Keystone) -> KeystoneSettings:
    return KeystoneSettings(keystone.url, "nephoscope", SECRET, "service", timeout_s=20)


@pytest.fixture
def trusts(settings: KeystoneSettings) -> KeystoneTrusts:
    return KeystoneTrusts(KeystoneService(settings))


def trust_at(keystone: Keystone, token: str, trust_id: str) -> Any:
    """A trust as Keystone shows it to whoever gave it, None when there is none."""
    address = f"{keystone.url}/v3/OS-TRUST/trusts/{trust_id}"
    answer = urllib3.request("GET", address, headers={"X-Auth-Token": token}, retries=False)
    return json.loads(answer.data)["trust"] if answer.status == 200 else None


def test_a_trust_is_of_the_tokens_user_project_and_roles(keystone: Keystone, trusts: KeystoneTrusts) -> None:
    token = keystone.token("alice", SECRET, "blue")
    trust_id = trusts.create(token)
    trust = trust_at(keystone, token, trust_id)
    assert (keystone.id_of("user", "alice"), keystone.id_of("user", "nephoscope")) == (
        trust["trustor_user_id"],
        trust["trustee_user_id"],
    )
    assert (keystone.id_of("project", "blue"), True, None) == (
        trust["project_id"],
        trust["impersonation"],
        trust["expires_at"],
    )
    assert {"member", "reader"} == {each["name"] for each in trust["roles"]}
    trusts.delete(token, trust_id)
    assert trust_at(keystone, token, trust_id) is None
    trusts.delete(token, trust_id)  # what is gone can be ended once more


def test_only_who_gave_a_trust_ends_it(keystone: Keystone, trusts: KeystoneTrusts) -> None:
    token = keystone.token("alice", SECRET, "blue")
    trust_id = trusts.create(token)
    with pytest.raises(Forbidden, match="does not let you end a trust"):
        trusts.delete(keystone.token("bob", SECRET, "red"), trust_id)
    assert trust_at(keystone, token, trust_id) is not None


def test_tokens_that_make_no_trust(keystone: Keystone, trusts: KeystoneTrusts) -> None:
    with pytest.raises(Unauthenticated):
        trusts.create("gAAAA-no-token")
    with pytest.raises(Forbidden, match="the token is for none"):
        trusts.create(keystone.token("alice", SECRET))


def test_a_keystone_that_is_away_is_unavailable() -> None:
    away = KeystoneTrusts(KeystoneService(KeystoneSettings(f"http://127.0.0.1:{free_port()}", "u", "p", "service")))
    with pytest.raises(Unavailable):
        away.create("token")
    with pytest.raises(Unavailable):
        away.delete("token", "t")


def test_projects_are_found_by_name(keystone: Keystone, settings: KeystoneSettings) -> None:
    service = KeystoneService(settings)
    assert keystone.id_of("project", "service") == service.project_id("service")
    assert keystone.id_of("project", "telemetry") == service.project_id("telemetry")
    assert service.project_id("no such") is None
    keystone.create("domain", "elsewhere")
    keystone.create("project", "foreign", domain_id=keystone.id_of("domain", "elsewhere"))
    assert service.project_id("foreign") is None


class Asker:
    """Asks the dialect with a token."""

    def __init__(self, client: Client, token: str) -> None:
        self.client = client
        self.token = token

    def __call__(self, method: str, path: str, data: object = None) -> Answer:
        return self.client.request(method, f"/aodh/v2{path}", data=data, headers={"x-auth-token": self.token})


@pytest.fixture
def alice(index: Index, keystone: Keystone, settings: KeystoneSettings, trusts: KeystoneTrusts) -> Iterator[Asker]:
    make_instances(index)
    owners = Owners("service", KeystoneService(settings).project_id)
    with Client(served(index, KeystoneCallers(settings), owners=owners, trusts=trusts)) as client:
        yield Asker(client, keystone.token("alice", SECRET, "blue"))


def test_an_alarm_takes_its_trust_along(alice: Asker, index: Index, keystone: Keystone) -> None:
    made = alice("POST", "/alarms", event_alarm(alarm_actions=[HEAT])).json()
    (url,) = index.alarms.get(made["alarm_id"]).actions_on("alarm")
    trust_id = url.removeprefix("trust+http://").partition(":")[0]
    assert (keystone.id_of("user", "alice"), keystone.id_of("project", "blue")) == (made["user_id"], made["project_id"])
    assert trust_at(keystone, alice.token, trust_id) is not None
    assert [HEAT] == alice("GET", f"/alarms/{made['alarm_id']}").json()["alarm_actions"]
    assert 204 == alice("DELETE", f"/alarms/{made['alarm_id']}").status
    assert trust_at(keystone, alice.token, trust_id) is None


def test_searches_let_the_service_projects_resources_in(alice: Asker, keystone: Keystone) -> None:
    made = alice("POST", "/alarms", group_alarm('{"=": {"server_group": "g"}}')).json()
    query = made["gnocchi_aggregation_by_resources_threshold_rule"]["query"]
    assert f'{{"created_by_project_id": "{keystone.id_of("project", "service")}"}}' in query
    assert '{"created_by_project_id": ""}' in query


def test_headers_mean_nothing_beside_a_token(alice: Asker) -> None:
    forged = {"X-User-Id": "root", "X-Project-Id": "p", "X-Roles": "admin"}
    assert 401 == alice.client.request("GET", "/aodh/v2/alarms", headers=forged).status
