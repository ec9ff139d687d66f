# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Members that somebody else's program keeps: what it is asked and told, and what its answers mean."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.act.notify.secret import SIGNATURE_HEADER, signature
from nephoscope.act.scale.actuators.webhook import Webhook
from nephoscope.act.scale.contract import Member
from nephoscope.model.errors import BadRequest, NephoscopeError, Unavailable
from tests.act.notify.made import NOON_S
from tests.act.notify.receivers import Behaviour, Receiver, answering, dropping, hanging, receiver, saying
from tests.act.scale.actuators.made import tools
from tests.services.ports import free_port

FIELDS = ("name", "id", "state", "created", "resource_id", "detail")


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def webhook(hook: Receiver, folder: Path, *, requests: dict[str, Any] | None = None, **more: Any) -> Webhook:
    options = {"url": f"{hook.url}/groups/web?zone=a%2Fb", **more.pop("options", {})}
    return Webhook("web", options, tools(folder, requests=requests, **more))


def telling(*members: dict[str, Any]) -> Behaviour:
    """Answers the question for members so."""
    return answering(200, body=json.dumps({"members": members}).encode())


def named(*names: str, state: str = "running") -> Behaviour:
    return telling(*({"name": name, "state": state} for name in names))


def test_members_are_what_is_told(hook: Receiver, tmp_path: Path) -> None:
    full = {
        "name": "web-1",
        "id": "i-7",
        "state": "failed",
        "created": "2027-01-15T08:00:00Z",
        "resource_id": "r-7",
        "detail": "no host",
        "zone": "beyond what we know",
    }
    hook.usual = telling(full, {"name": "web-2", "created": 7.5})
    expected = [
        Member(id="i-7", name="web-1", created_ns=NOON_S * 10**9, state="failed", resource_id="r-7", detail="no host"),
        Member(id="web-2", name="web-2", created_ns=7_500_000_000),
    ]
    assert expected == webhook(hook, tmp_path).members()
    (request,) = hook.requests
    assert ("GET", "/groups/web?zone=a%2Fb") == (request.head.split()[0].decode(), request.target)


def test_growing_posts_what_is_missing_and_waits_for_it(hook: Receiver, tmp_path: Path) -> None:
    hook.behaviours = [named("web-1"), answering(202), named("web-1"), named("web-1", "web-2", state="starting")]
    hook.usual = named("web-1", "web-2")
    webhook(hook, tmp_path).grow(["web-1", "web-2"])
    assert {"action": "grow", "group": "web", "names": ["web-2"]} == hook.requests[1].json
    assert [b"GET", b"POST", b"GET", b"GET", b"GET"] == [each.head.split()[0] for each in hook.requests]


def test_shrinking_posts_whom_and_waits_until_they_are_gone(hook: Receiver, tmp_path: Path) -> None:
    hook.behaviours = [named("web-1", "web-2"), answering(200), named("web-2", state="stopping")]
    hook.usual = named("web-2")
    gone, going = (Member(id=f"i-{index}", name=f"web-{index}", created_ns=0) for index in (3, 1))
    webhook(hook, tmp_path).shrink([gone, going])
    said = {"action": "shrink", "group": "web", "members": [{"id": "i-1", "name": "web-1"}]}
    assert said == hook.requests[1].json


def test_what_is_done_already_is_not_posted_again(hook: Receiver, tmp_path: Path) -> None:
    hook.usual = named("web-1")
    found = webhook(hook, tmp_path)
    found.grow(["web-1"])
    found.shrink([Member(id="i-2", name="web-2", created_ns=0)])
    assert {b"GET"} == {each.head.split()[0] for each in hook.requests}


def test_each_change_has_a_key_of_its_own_as_names_come_again(hook: Receiver, tmp_path: Path) -> None:
    for _ in range(2):
        hook.behaviours = [named(), answering(200)]
        hook.usual = named("web-1")
        webhook(hook, tmp_path).grow(["web-1"])
    first, second = [each.headers["idempotency-key"] for each in hook.requests if each.body]
    assert len(first) == len(second) == 32
    assert first != second
    assert not any("idempotency-key" in each.headers for each in hook.requests if not each.body)


@pytest.mark.parametrize("where", ["the group's", "the server's"])
def test_requests_are_signed(hook: Receiver, tmp_path: Path, where: str) -> None:
    file = tmp_path / "secret"
    file.write_text("theirs\n")
    options = {"signature_secret": "ours"} if where == "the group's" else {}
    hook.behaviours = [named(), answering(200)]
    hook.usual = named("web-1")
    found = webhook(hook, tmp_path, requests={"signature_secret_file": str(file)}, options=options)
    found.grow(["web-1"])
    secret = "ours" if options else "theirs"
    for request in hook.requests:
        assert signature(request.body, secret, NOON_S) == request.headers[SIGNATURE_HEADER.lower()]


def test_a_user_in_the_url_becomes_basic_authentication(hook: Receiver, tmp_path: Path) -> None:
    hook.usual = named()
    options = {"url": f"http://ann:s3cret@127.0.0.1:{hook.port}/"}
    assert [] == webhook(hook, tmp_path, options=options).members()
    assert "Basic YW5uOnMzY3JldA==" == hook.requests[0].headers["authorization"]


@pytest.mark.parametrize(
    ("behaviour", "kind", "said"),
    [
        (answering(500), Unavailable, "answered 500"),
        (answering(429), Unavailable, "answered 429"),
        (answering(404), BadRequest, "answered 404"),
        (answering(302, "Location: /x"), BadRequest, "answered 302"),
        (answering(200, body=b"<html>"), Unavailable, "answered no JSON"),
        (answering(200, body=b"[]"), Unavailable, "other than members: Expected `object`, got `array`"),
        (telling({"name": "web-1", "state": "asleep"}), Unavailable, "Invalid enum value 'asleep'"),
        (telling({"name": "web-1", "created": "soon"}), Unavailable, "member web-1 has no time of creation"),
        (telling(*[{"name": "x"}] * 20_001), Unavailable, "20001 members; 20000 are taken at most"),
        (answering(200, body=b" " * 4_000_001), Unavailable, "did not say all, or more than 4000000 bytes"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), Unavailable, "did not say all"),
        (dropping, Unavailable, "connection"),
    ],
)
def test_answers_that_tell_no_members(
    hook: Receiver, tmp_path: Path, behaviour: Behaviour, kind: type[NephoscopeError], said: str
) -> None:
    hook.usual = behaviour
    options = {"url": f"http://ann:s3cret@127.0.0.1:{hook.port}/groups?key=s3cret"}
    with pytest.raises(kind, match=said) as problem:
        webhook(hook, tmp_path, options=options).members()
    assert "s3cret" not in problem.value.message


def test_one_that_says_nothing_is_given_up(hook: Receiver, tmp_path: Path) -> None:
    hook.usual = hanging
    with pytest.raises(Unavailable, match="no answer in time"):
        webhook(hook, tmp_path, requests={"read_timeout_s": 0.05}).members()


def test_nobody_there_is_told(tmp_path: Path) -> None:
    found = Webhook("web", {"url": f"http://127.0.0.1:{free_port()}/"}, tools(tmp_path))
    with pytest.raises(Unavailable, match="Connection refused"):
        found.members()


def test_one_that_never_gets_done_is_given_up(hook: Receiver, tmp_path: Path) -> None:
    hook.usual = named("web-1", state="starting")
    with pytest.raises(Unavailable, match=r"members were not there within 0 s$"):
        webhook(hook, tmp_path, change_timeout_s=0).grow(["web-1"])
    hook.behaviours = [named("web-1"), answering(200)]
    hook.usual = answering(503)
    with pytest.raises(Unavailable, match=r"members were not gone within 0 s: .* answered 503$"):
        webhook(hook, tmp_path, change_timeout_s=0).shrink([Member(id="i", name="web-1", created_ns=0)])


def test_one_that_is_away_for_a_moment_is_asked_again(hook: Receiver, tmp_path: Path) -> None:
    hook.behaviours = [named(), answering(200), answering(503), dropping]
    hook.usual = named("web-1")
    webhook(hook, tmp_path).grow(["web-1"])


def test_requests_go_only_where_notifications_may_go(hook: Receiver, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="may not be sent to"):
        webhook(hook, tmp_path, requests={"allowed_networks": ()}).members()
    assert [] == hook.requests


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "missing required field `url`"),
        ({"url": "ftp://host"}, "options: url: .* expected http:// or https://"),
        ({"url": "http://host", "method": "PUT"}, "unknown field `method`"),
    ],
)
def test_options_that_are_wrong_are_named(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        Webhook("web", options, tools(tmp_path))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=12,
)


@given(said=JSON)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_answer_is_members_or_not_now(hook: Receiver, tmp_path: Path, said: Any) -> None:
    hook.usual = answering(200, body=msgspec.json.encode({"members": [said]}))
    try:
        assert 1 == len(webhook(hook, tmp_path).members())
    except Unavailable as error:
        assert len(error.message) < 400  # noqa: PT017 - either is right
