# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Members of a scaling group in a stack: a small endpoint behaves as the orchestration service does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nephoscope.act.scale.actuators import heat as heat_module
from nephoscope.act.scale.actuators.heat import Heat
from nephoscope.act.scale.contract import Member
from nephoscope.model.errors import BadRequest, NephoscopeError, Unavailable
from tests.act.notify.made import NOON_NS, KnownTrusts
from tests.act.notify.receivers import Behaviour, Receiver, answering, receiver
from tests.act.scale.actuators.made import tools
from tests.act.scale.actuators.stack import SIGNED, Stack, options


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def stack(service: Receiver) -> Stack:
    return Stack(service)


def actuator(service: Receiver, folder: Path, identity: KnownTrusts | None = None, **settings: Any) -> Heat:
    return Heat("web-1a", options(service.port), tools(folder, identity=identity or KnownTrusts(), **settings))


def posted(service: Receiver) -> list[str]:
    return [each.target for each in service.requests if each.head.startswith(b"POST")]


def test_members_are_the_resources_of_the_group(service: Receiver, stack: Stack, tmp_path: Path) -> None:
    stack.add()
    stack.add("CREATE_IN_PROGRESS", physical_resource_id=None)
    stack.add("UPDATE_FAILED", resource_status_reason="no host")
    stack.add("DELETE_IN_PROGRESS")
    stack.add("DELETE_COMPLETE")
    stack.add(parent_resource="another group")
    stack.add("CHECK_COMPLETE", creation_time="")
    found = actuator(service, tmp_path).members()
    assert Member(id="i-1", name="r1", created_ns=NOON_NS) == found[0]
    assert [("r2", "starting", ""), ("i-3", "failed", "UPDATE_FAILED no host"), ("i-4", "stopping", "")] == [
        (each.id, each.state, each.detail) for each in found[1:4]
    ]
    assert [("i-7", "running", 0)] == [(each.id, each.state, each.created_ns) for each in found[4:]]
    (request,) = service.requests
    assert "/v1/p-1/stacks/web/s-1/resources?nested_depth=1" == request.target
    assert "token-of-t-1" == request.headers["x-auth-token"]


def test_growing_signals_until_there_are_as_many(service: Receiver, stack: Stack, tmp_path: Path) -> None:
    stack.add()
    actuator(service, tmp_path).grow(["web-1a-2", "web-1a-3"])
    assert [SIGNED] * 2 == posted(service)
    assert 3 == len(stack.members)
    (signal, *_) = [each for each in service.requests if each.body]
    assert {"current": "alarm", "reason": "scaling group web-1a"} == signal.json
    assert "x-auth-token" not in signal.headers


def test_shrinking_signals_with_the_trust(service: Receiver, stack: Stack, tmp_path: Path) -> None:
    for _ in range(3):
        stack.add()
    found = actuator(service, tmp_path)
    gone = Member(id="i-99", name="r99", created_ns=0)
    found.shrink([*found.members()[:2], gone])
    assert ["/v1/p-1/stacks/web/s-1/resources/in/signal"] * 2 == posted(service)
    assert ["r3"] == [each.name for each in found.members()]
    assert {"token-of-t-1"} == {each.headers["x-auth-token"] for each in service.requests}
    found.shrink([gone])
    assert 2 == len(posted(service))


def test_a_group_that_is_being_changed_is_waited_for(service: Receiver, stack: Stack, tmp_path: Path) -> None:
    stack.status = "UPDATE_IN_PROGRESS"
    with pytest.raises(Unavailable, match=r"Heat has not followed within 0\.05 s: see its bounds and its cooldown"):
        actuator(service, tmp_path, change_timeout_s=0.05).grow(["web-1a-1"])
    assert [] == posted(service)


def test_what_heat_passes_over_is_signalled_again(
    service: Receiver, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.deaf = 2
    with pytest.raises(Unavailable, match="Heat has not followed"):
        actuator(service, tmp_path, change_timeout_s=0.05).grow(["web-1a-1"])
    assert 1 == len(posted(service))
    monkeypatch.setattr(heat_module, "SIGNAL_AGAIN_S", 0.0)
    actuator(service, tmp_path).grow(["web-1a-1"])
    assert 3 == len(posted(service))


@pytest.mark.parametrize(
    ("behaviour", "kind", "said"),
    [
        (answering(404), BadRequest, "answered 404"),
        (answering(503), Unavailable, "answered 503"),
        (answering(200, body=b"{}"), Unavailable, "other than resources"),
        (answering(200, body=b'{"resources": []}'), BadRequest, "the stack has no resource asg"),
    ],
)
def test_answers_that_tell_no_members(
    service: Receiver, tmp_path: Path, behaviour: Behaviour, kind: type[NephoscopeError], said: str
) -> None:
    service.usual = behaviour
    with pytest.raises(kind, match=said):
        actuator(service, tmp_path).members()


def test_without_a_token_nothing_is_asked(service: Receiver, stack: Stack, tmp_path: Path) -> None:
    identity = KnownTrusts()
    identity.away = True
    with pytest.raises(Unavailable, match="Keystone cannot be reached"):
        actuator(service, tmp_path, identity).members()
    given = options(service.port, stack_url=f"trust+http://ended@127.0.0.1:{service.port}/")
    with pytest.raises(BadRequest, match="no such trust"):
        Heat("web", given, tools(tmp_path, identity=KnownTrusts())).members()
    assert [] == service.requests


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"stack_url": "http://heat:8004/v1/p/stacks/web/s-1"}, "members are read with a trust"),
        ({"stack_url": "trust+http://heat:8004/"}, "options: stack_url: it names no trust"),
        ({"grow_url": "ftp://heat"}, "options: grow_url: .* expected http:// or https://"),
        ({"policy": "x"}, "unknown field `policy`"),
    ],
)
def test_options_that_are_wrong_are_named(tmp_path: Path, more: dict[str, str], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        Heat("web", options(9, **more), tools(tmp_path, identity=KnownTrusts()))


def test_it_needs_the_identity_service(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"set \[keystone\]"):
        Heat("web", options(9), tools(tmp_path))
