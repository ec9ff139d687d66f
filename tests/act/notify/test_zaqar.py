# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Messages in queues, as the messaging service's HTTP API v2 takes them; a small endpoint records what comes."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from nephoscope.act.notify.contract import Outcome
from nephoscope.act.notify.zaqar import TrustZaqar, Zaqar
from nephoscope.model.errors import BadRequest
from tests.act.notify.made import RECORDED, KnownTrusts, delivery, tools
from tests.act.notify.receivers import Receiver, answering, dropping, receiver

SIGNED = "project_id=p-1&paths=/messages&methods=POST&expires=2030-01-01T00:00Z&signature=abcdefg"
CREATED = answering(201, body=b"{}")


@pytest.fixture
def service() -> Iterator[Receiver]:
    """The messaging service; no networks are allowed to notifications, as the operator has said where it is."""
    with receiver() as made:
        made.usual = CREATED
        yield made


def zaqar(service: Receiver, identity: KnownTrusts | None = None) -> Zaqar:
    return Zaqar(tools(identity or KnownTrusts(), zaqar_url=service.url, allowed_networks=()))


def message(body: Any) -> Any:
    return {"messages": [{"body": body}]}


def test_a_topic_is_a_queue_of_its_own_for_each_alarm(service: Receiver) -> None:
    assert Outcome("delivered", 201) == zaqar(service).notify(delivery("zaqar://?topic=T"))
    (request,) = service.requests
    assert "/v2/queues/a-1-T/messages" == request.target
    assert message(msgspec.json.decode(RECORDED)) == request.json
    assert b'{"messages":[{"body":' + RECORDED + b"}]}" == request.body
    assert "service-1" == request.headers["x-auth-token"]
    assert 36 == len(request.headers["client-id"])


def test_subscribers_are_subscribed_before_the_message(service: Receiver) -> None:
    service.behaviours = [CREATED, answering(409)]
    target = "zaqar://?topic=T&subscriber=mailto%3Aops%40example.org&subscriber=http%3A%2F%2Fh%2F&ttl=60"
    assert Outcome("delivered", 201) == zaqar(service).notify(delivery(target))
    first, second, third = service.requests
    assert ["/v2/queues/a-1-T/subscriptions"] * 2 == [first.target, second.target]
    assert {"subscriber": "mailto:ops@example.org", "ttl": 60, "options": {}} == first.json
    assert {"subscriber": "http://h/", "ttl": 60, "options": {}} == second.json
    assert "/v2/queues/a-1-T/messages" == third.target


def test_a_pre_signed_queue_needs_no_token(service: Receiver) -> None:
    assert Outcome("delivered", 201) == zaqar(service).notify(delivery(f"zaqar://?queue_name=a%2Fb&{SIGNED}"))
    (request,) = service.requests
    assert "/v2/queues/a%2Fb/messages" == request.target
    expected = {
        "url-signature": "abcdefg",
        "url-expires": "2030-01-01T00:00Z",
        "url-methods": "POST",
        "url-paths": "/messages",
        "x-project-id": "p-1",
    }
    assert expected == {name: request.headers[name] for name in expected}
    assert "x-auth-token" not in request.headers


def test_a_token_that_is_refused_is_renewed_once(service: Receiver) -> None:
    service.behaviours = [answering(401)]
    assert Outcome("delivered", 201) == zaqar(service).notify(delivery("zaqar://?topic=T"))
    assert ["service-1", "service-2"] == [request.headers["x-auth-token"] for request in service.requests]

    service.usual = answering(401)
    outcome = zaqar(service).notify(delivery("zaqar://?topic=T"))
    assert ("refused", 401) == (outcome.result, outcome.status)


def test_a_trust_posts_into_its_givers_queue(service: Receiver) -> None:
    channel = TrustZaqar(tools(KnownTrusts(), zaqar_url=f"{service.url}/v2/"))
    for target in ("trust+zaqar://t-1@?queue_name=mine", "trust+zaqar://t-1:delete@?queue_name=mine"):
        assert "zaqar" == channel.place(target)
        assert Outcome("delivered", 201) == channel.notify(delivery(target))
    for request in service.requests:
        assert ("/v2/queues/mine/messages", "token-of-t-1") == (request.target, request.headers["x-auth-token"])


def test_a_trust_that_is_gone_is_given_up_and_an_identity_service_that_is_away_is_waited_for(service: Receiver) -> None:
    identity = KnownTrusts()
    channel = TrustZaqar(tools(identity, zaqar_url=service.url))
    outcome = channel.notify(delivery("trust+zaqar://t-2@?queue_name=q"))
    assert ("refused", "trust") == (outcome.result, outcome.cause)
    identity.away = True
    outcome = channel.notify(delivery("trust+zaqar://t-1@?queue_name=q"))
    assert ("again", "identity") == (outcome.result, outcome.cause)
    outcome = zaqar(service, identity).notify(delivery("zaqar://?topic=T"))
    assert ("again", "identity", []) == (outcome.result, outcome.cause, service.requests)


@pytest.mark.parametrize(
    ("behaviour", "result"), [(answering(503), "again"), (answering(404), "refused"), (dropping, "again")]
)
def test_what_the_service_answers_decides(service: Receiver, behaviour: Any, result: str) -> None:
    service.usual = behaviour
    assert result == zaqar(service).notify(delivery("zaqar://?topic=T&subscriber=http://h/")).result
    assert ["/v2/queues/a-1-T/subscriptions"] == [request.target for request in service.requests]


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("zaqar:", "the queue's URL names none; expected zaqar://\\?topic=NAME"),
        (
            "zaqar://?queue_name=q",
            "queue_name: a queue's URL has signature, expires, methods, paths, project_id beside",
        ),
        ("zaqar://?topic=T&ttl=soon", "ttl: expected seconds, found 'soon'"),
        ("zaqar://?topic=T&ttl=0", "ttl: expected seconds, found '0'"),
        ("zaqar://?topic=T%0D%0AX-Evil:1", "an option with signs that it cannot have"),
        ("zaqar://?topic=T" + "&subscriber=x" * 21, "subscriber: there are 21; a queue's URL has at most 20"),
    ],
)
def test_what_is_wrong_with_a_url_is_named(service: Receiver, target: str, error: str) -> None:
    with pytest.raises(BadRequest, match=error):
        zaqar(service).place(target)


@pytest.mark.parametrize("target", ["trust+zaqar://?queue_name=q", "trust+zaqar://t-1@", "trust+zaqar://t-1@?topic=T"])
def test_a_trust_and_its_queue_have_to_be_named(service: Receiver, target: str) -> None:
    with pytest.raises(BadRequest, match=r"expected trust\+zaqar://TRUST@\?queue_name=NAME"):
        TrustZaqar(tools(KnownTrusts(), zaqar_url=service.url)).place(target)


def test_both_services_have_to_be_configured() -> None:
    with pytest.raises(BadRequest, match=r"set \[act\] zaqar_url"):
        Zaqar(tools(KnownTrusts()))
    with pytest.raises(BadRequest, match=r"set \[keystone\]"):
        TrustZaqar(tools(zaqar_url="http://zaqar:8888"))
