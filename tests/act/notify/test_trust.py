# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Webhooks with a token by trust: a real Keystone gives it, and says whose it is."""

from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.http import TrustHttp
from nephoscope.api.auth.keystone_service import KeystoneService, KeystoneSettings
from nephoscope.model.errors import BadRequest, NotFound, Unavailable
from tests.act.notify.made import RECORDED, KnownTrusts, delivery, tools
from tests.act.notify.receivers import Receiver, receiver
from tests.services import keystone as keystone_service
from tests.services.keystone import ADMIN, PASSWORD, Keystone

SECRET = "a secret of theirs"
PATIENCE_S = 30.0


@pytest.fixture(scope="module")
def keystone() -> Iterator[Keystone]:
    """Alice works in the project blue; our own user is `watcher` in `service`."""
    with keystone_service.started() as running:
        for project in ("blue", "service"):
            running.create("project", project, domain_id="default")
        for user in ("alice", "watcher", "other"):
            running.create("user", user, domain_id="default", password=SECRET)
        running.grant("alice", "member", "blue")
        running.grant("watcher", "admin", "service")
        running.grant("other", "admin", "service")
        yield running


@pytest.fixture
def heat() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def service(keystone: Keystone, username: str = "watcher", password: str = SECRET) -> KeystoneService:
    return KeystoneService(KeystoneSettings(keystone.url, username, password, "service", timeout_s=PATIENCE_S))


def trust(keystone: Keystone) -> str:
    """What the API makes for an alarm with such an action: alice lets our user act for her in her project."""
    body = {
        "trust": {
            "trustor_user_id": keystone.id_of("user", "alice"),
            "trustee_user_id": keystone.id_of("user", "watcher"),
            "project_id": keystone.id_of("project", "blue"),
            "roles": [{"name": "member"}],
            "impersonation": True,
        }
    }
    answer = asked(keystone, "POST", "OS-TRUST/trusts", json=body)
    assert answer.status == 201, answer.data
    found: str = answer.json()["trust"]["id"]
    return found


def asked(keystone: Keystone, method: str, path: str, **more: Any) -> urllib3.BaseHTTPResponse:
    """A request of alice's."""
    token = keystone.token("alice", SECRET, "blue")
    return urllib3.request(
        method, f"{keystone.url}/v3/{path}", headers={"X-Auth-Token": token}, timeout=PATIENCE_S, retries=False, **more
    )


def whose(keystone: Keystone, token: str) -> tuple[str, str]:
    """User and project of a token, as Keystone says."""
    headers = {"X-Auth-Token": keystone.token(ADMIN, PASSWORD, ADMIN), "X-Subject-Token": token}
    answer = urllib3.request(
        "GET", f"{keystone.url}/v3/auth/tokens", headers=headers, timeout=PATIENCE_S, retries=False
    ).json()
    return answer["token"]["user"]["name"], answer["token"]["project"]["name"]


@pytest.mark.parametrize("user_part", ["{trust}", "{trust}:delete"])
def test_a_webhook_carries_a_token_of_whoever_trusts_us(keystone: Keystone, heat: Receiver, user_part: str) -> None:
    channel = TrustHttp(tools(service(keystone)))
    target = f"trust+http://{user_part.format(trust=trust(keystone))}@127.0.0.1:{heat.port}/v1/p/stacks/s/signal"
    assert f"127.0.0.1:{heat.port}" == channel.place(target)
    assert Outcome("delivered", 200) == channel.notify(delivery(target))
    (request,) = heat.requests
    assert ("/v1/p/stacks/s/signal", RECORDED) == (request.target, request.body)
    assert f"127.0.0.1:{heat.port}" == request.headers["host"]
    assert "authorization" not in request.headers
    assert ("alice", "blue") == whose(keystone, request.headers["x-auth-token"])


def test_a_trust_that_was_ended_is_given_up(keystone: Keystone, heat: Receiver) -> None:
    ended = trust(keystone)
    assert 204 == asked(keystone, "DELETE", f"OS-TRUST/trusts/{ended}").status
    for trust_id in (ended, "never-there"):
        outcome = TrustHttp(tools(service(keystone))).notify(
            delivery(f"trust+http://{trust_id}@127.0.0.1:{heat.port}/")
        )
        assert ("refused", "trust", []) == (outcome.result, outcome.cause, heat.requests)
        assert trust_id not in outcome.error


def test_a_trust_given_to_somebody_else_is_none_of_ours(keystone: Keystone) -> None:
    with pytest.raises(NotFound):
        service(keystone, "other").trust_token(trust(keystone))


def test_credentials_that_are_wrong_are_no_reason_to_give_up(keystone: Keystone, heat: Receiver) -> None:
    target = f"trust+http://{trust(keystone)}@127.0.0.1:{heat.port}/"
    outcome = TrustHttp(tools(service(keystone, password="wrong"))).notify(delivery(target))
    assert ("again", "identity", []) == (outcome.result, outcome.cause, heat.requests)


def test_the_services_own_token_is_kept_until_it_is_refused(keystone: Keystone) -> None:
    found = service(keystone)
    first = found.service_token()
    assert ("watcher", "service") == whose(keystone, first)
    assert first == found.service_token()
    assert first == found.service_token(refused="another")
    second = found.service_token(refused=first)
    assert first != second
    assert second == found.service_token()
    with pytest.raises(Unavailable):
        service(keystone, password="wrong").service_token()


def test_a_trust_has_to_be_named_and_somebody_has_to_know_it() -> None:
    with pytest.raises(BadRequest, match=r"names no trust; expected trust\+http://TRUST@HOST"):
        TrustHttp(tools(KnownTrusts())).place("trust+http://heat:8004/x")
    with pytest.raises(BadRequest, match=r"set \[keystone\]"):
        TrustHttp(tools())
