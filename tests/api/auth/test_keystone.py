# SPDX-License-Identifier: Apache-2.0
"""Tokens are validated against Keystone, remembered for a while, and never trusted beyond their end."""

import asyncio
import logging
import time
from collections.abc import Iterator

import msgspec
import pytest
from starlette.requests import HTTPConnection

from nephoscope.api.auth.keystone import Keystone, KeystoneService, KeystoneSettings
from nephoscope.api.auth.roles import RoleMap
from nephoscope.api.caller import Caller
from nephoscope.model.errors import Forbidden, Unauthenticated, Unavailable
from tests.api.auth.keystone_server import PASSWORD, KeystoneServer


@pytest.fixture
def server() -> Iterator[KeystoneServer]:
    running = KeystoneServer()
    yield running
    running.stop()


def settings(server: KeystoneServer, **changes: object) -> KeystoneSettings:
    usual = KeystoneSettings(server.url, "nephoscope", PASSWORD, "service", timeout_s=2)
    return msgspec.structs.replace(usual, **changes)


def identify(keystone: Keystone, *tokens: str, **headers: str) -> list[Caller | BaseException]:
    async def all_of_them() -> list[Caller | BaseException]:
        extra = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        asked = (
            keystone.identify(HTTPConnection({"type": "http", "headers": [(b"x-auth-token", token.encode()), *extra]}))
            for token in tokens
        )
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_a_good_token_gives_user_project_and_roles(server: KeystoneServer) -> None:
    token = server.issue("u1", "p1", "Member", "reader")

    expected = Caller("u1:p1", "u1", "p1", roles=frozenset({"member", "reader"}), by_token=True, roles_decide=True)

    assert [expected] == identify(Keystone(settings(server)), token)


def test_a_token_without_project_has_an_empty_one(server: KeystoneServer) -> None:
    [caller] = identify(Keystone(settings(server)), server.issue("u1"))

    assert isinstance(caller, Caller)
    assert (caller.creator, caller.project_id) == ("u1:", "")


def test_headers_from_outside_that_name_a_user_mean_nothing(server: KeystoneServer) -> None:
    token = server.issue("u1", "p1")

    [caller] = identify(Keystone(settings(server)), token, x_user_id="root", x_project_id="p9", x_roles="admin")

    assert Caller("u1:p1", "u1", "p1", by_token=True, roles_decide=True) == caller


def test_roles_are_mapped_and_those_that_reach_beyond_a_project_hold_in_each(server: KeystoneServer) -> None:
    keystone = Keystone(settings(server), KeystoneService(settings(server), RoleMap({"Boss": "admin"})).validate)
    token = server.issue("u1", "p1", "boss", "operator", "auditor")

    own, other = identify(keystone, token) + identify(keystone, token, nephoscope_project="p2")

    assert isinstance(own, Caller)
    assert isinstance(other, Caller)
    assert (own.project_id, own.roles) == ("p1", frozenset({"admin", "auditor"}))
    assert (other.project_id, other.roles, other.chosen_project) == ("p2", frozenset({"admin"}), True)


def test_another_project_than_the_tokens_is_refused(server: KeystoneServer) -> None:
    [refused] = identify(Keystone(settings(server)), server.issue("u1", "p1", "member"), nephoscope_project="p2")

    assert isinstance(refused, Forbidden)


def test_no_token_is_refused_without_a_question(server: KeystoneServer) -> None:
    with pytest.raises(Unauthenticated):
        asyncio.run(Keystone(settings(server)).identify(HTTPConnection({"type": "http", "headers": []})))
    assert not server.counts


def test_a_token_is_asked_about_once_however_often_it_comes(server: KeystoneServer) -> None:
    keystone, token = Keystone(settings(server)), server.issue("u1", "p1")
    server.delay_s = 0.05

    first = identify(keystone, *[token] * 10)
    second = identify(keystone, token)

    assert 10 * second == first
    assert server.counts == {"logins": 1, "questions": 1}


def test_an_unknown_token_is_refused_and_remembered_shortly(server: KeystoneServer) -> None:
    keystone = Keystone(settings(server, remember_no_s=0.05))

    for _ in range(3):
        assert isinstance(identify(keystone, "unknown")[0], Unauthenticated)
    assert server.counts["questions"] == 1
    time.sleep(0.06)
    identify(keystone, "unknown")
    assert server.counts["questions"] == 2


def test_a_remembered_token_ends_when_it_expires(server: KeystoneServer) -> None:
    class Clock:
        now_s = time.time()

    keystone = Keystone(settings(server), now_s=lambda: Clock.now_s)
    token = server.issue("u1", "p1", lives_s=100)

    assert isinstance(identify(keystone, token)[0], Caller)
    Clock.now_s += 101
    assert isinstance(identify(keystone, token)[0], Unauthenticated)


def test_a_token_that_keystone_gives_as_expired_is_refused(server: KeystoneServer) -> None:
    assert isinstance(identify(Keystone(settings(server)), server.issue("u1", lives_s=-5))[0], Unauthenticated)


def test_our_own_token_is_renewed_when_keystone_no_longer_takes_it(server: KeystoneServer) -> None:
    keystone = Keystone(settings(server))
    identify(keystone, server.issue("u1"))
    server.service_tokens.clear()

    [caller] = identify(keystone, server.issue("u2"))

    assert isinstance(caller, Caller)
    assert (caller.user_id, server.counts["logins"]) == ("u2", 2)


@pytest.mark.parametrize("status", [403, 500, 503])
def test_an_answer_that_is_no_verdict_is_not_a_refusal(server: KeystoneServer, status: int) -> None:
    server.fail_with = status

    assert isinstance(identify(Keystone(settings(server)), "token")[0], Unavailable)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{}", b'{"token": {"expires_at": "soon", "user": {}}}', b"\xff"])
def test_an_unreadable_answer_is_not_a_refusal(server: KeystoneServer, answer: bytes) -> None:
    server.answer = answer

    assert isinstance(identify(Keystone(settings(server)), "token")[0], Unavailable)


def test_keystone_away_is_unavailable_and_works_again_when_it_is_back(server: KeystoneServer) -> None:
    keystone = Keystone(settings(server, timeout_s=0.1))
    known, new = server.issue("u1"), server.issue("u2")
    identify(keystone, known)
    server.delay_s = 0.3

    assert [Caller, Unavailable] == [type(each) for each in identify(keystone, known, new)]
    server.delay_s = 0
    assert [Caller] == [type(each) for each in identify(keystone, new)]


def test_a_closed_port_is_unavailable() -> None:
    gone = KeystoneServer()
    gone.stop()

    assert isinstance(identify(Keystone(settings(gone)), "token")[0], Unavailable)


def test_wrong_service_credentials_are_unavailable_and_logged_without_secrets(
    server: KeystoneServer, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = settings(server, password="not-the-password")

    with caplog.at_level(logging.DEBUG):
        [problem] = identify(Keystone(wrong), "user-token")

    assert isinstance(problem, Unavailable)
    assert "check [keystone]" in caplog.text
    for secret in ("not-the-password", "user-token"):
        assert secret not in caplog.text + str(problem) + repr(wrong)


def test_the_address_may_end_in_v3(server: KeystoneServer) -> None:
    service = KeystoneService(settings(server, url=server.url + "/v3/"))

    assert service.validate(server.issue("u1")).account is not None
