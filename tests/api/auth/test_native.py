# SPDX-License-Identifier: Apache-2.0
"""Our own users and tokens are verified once in a while, not with every request."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from starlette.requests import HTTPConnection

from nephoscope.api.auth.native import Native
from nephoscope.api.caller import Caller
from nephoscope.model.errors import IndexUnavailable, Unauthenticated
from nephoscope.model.user import Token, User
from tests.api.asgi import basic

ALICE = User("alice", ("Member",), "blue", created_ns=0)
ALICE_CALLER = Caller("alice:blue", "alice", "blue", roles=frozenset({"member"}))


class Accounts:
    """Counts what it is asked, and how many questions about passwords it has at the same time."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.side_by_side_max = 0
        self._inside = 0
        self._lock = threading.Lock()

    def password(self, name: str, password: str) -> User:
        with self._lock:
            self.asked[name] += 1
            self._inside += 1
            self.side_by_side_max = max(self.side_by_side_max, self._inside)
        time.sleep(0.01)
        with self._lock:
            self._inside -= 1
        if (name, password) != ("alice", "right"):
            raise Unauthenticated("wrong name or password")
        return ALICE

    def token(self, secret: str) -> Token:
        self.asked[secret] += 1
        if secret != "neph-1":
            raise Unauthenticated("unknown token")
        return Token("1", "robot", ("service",), None, created_ns=0)


def sent(headers: dict[str, str]) -> HTTPConnection:
    return HTTPConnection({"type": "http", "headers": [(k.encode(), v.encode()) for k, v in headers.items()]})


def identify(native: Native, *headers: dict[str, str]) -> list[Caller | BaseException]:
    async def all_of_them() -> list[Caller | BaseException]:
        asked = (native.identify(sent(each)) for each in headers)
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_a_password_is_verified_once_for_many_requests() -> None:
    accounts = Accounts()
    native = Native(accounts.password, accounts.token)

    callers = identify(native, *[basic("alice", "right")] * 20)

    assert callers == [ALICE_CALLER] * 20
    assert 1 == accounts.asked["alice"] <= accounts.side_by_side_max


def test_another_password_is_verified_by_itself() -> None:
    accounts = Accounts()
    native = Native(accounts.password, accounts.token)

    right, wrong = identify(native, basic("alice", "right"), basic("alice", "wrong"))

    assert right == ALICE_CALLER
    assert isinstance(wrong, Unauthenticated)


def test_guessing_is_looked_at_two_by_two() -> None:
    accounts = Accounts()

    refused = identify(Native(accounts.password, accounts.token), *(basic("alice", str(guess)) for guess in range(12)))

    assert {Unauthenticated} == {type(each) for each in refused}
    assert accounts.side_by_side_max == 2


def test_a_refusal_is_remembered_only_shortly() -> None:
    accounts = Accounts()
    native = Native(accounts.password, accounts.token, remember_no_s=0.02)

    identify(native, basic("alice", "wrong"))
    identify(native, basic("alice", "wrong"))
    assert accounts.asked["alice"] == 1
    time.sleep(0.03)
    identify(native, basic("alice", "wrong"))
    assert accounts.asked["alice"] == 2


@pytest.mark.parametrize("headers", [{"authorization": "Bearer neph-1"}, {"x-auth-token": "neph-1"}])
def test_a_token_stands_for_its_user_without_a_project(headers: dict[str, str]) -> None:
    accounts = Accounts()

    [caller] = identify(Native(accounts.password, accounts.token), headers)

    assert Caller("robot", "robot", "", roles=frozenset({"service"})) == caller


def test_no_credentials_are_refused_without_asking_anybody() -> None:
    accounts = Accounts()

    [refused] = identify(Native(accounts.password, accounts.token), {})

    assert isinstance(refused, Unauthenticated)
    assert not accounts.asked


def test_forgetting_asks_again() -> None:
    accounts = Accounts()
    native = Native(accounts.password, accounts.token)

    identify(native, basic("alice", "right"))
    native.forget()
    identify(native, basic("alice", "right"))

    assert accounts.asked["alice"] == 2


def test_accounts_that_cannot_be_asked_are_not_a_refusal() -> None:
    def away(name: str, password: str) -> User:
        raise IndexUnavailable("away")

    verify: Callable[[str, str], User] = away
    [problem] = identify(Native(verify, Accounts().token), basic("alice", "right"))

    assert isinstance(problem, IndexUnavailable)
