# SPDX-License-Identifier: Apache-2.0
"""Tokens, passwords and sessions are verified once in a while, in their order, and lead to a project."""

import asyncio
import threading
import time
from collections import Counter
from typing import Any

import msgspec
import pytest
from starlette.requests import HTTPConnection

from nephoscope.api.auth.account import Account, ProjectRoles
from nephoscope.api.auth.native import PAGE_CHALLENGE, Native, Remembering
from nephoscope.api.caller import Caller
from nephoscope.model.errors import Forbidden, IndexUnavailable, TooManyRequests, Unauthenticated
from nephoscope.model.session import Session
from tests.api.asgi import basic

ALICE = Account("alice", name="alice", projects=(ProjectRoles("blue", frozenset({"member"})),), home="blue")
ALICE_CALLER = Caller("alice:blue", "alice", "blue", roles=frozenset({"member"}), roles_decide=True)
ROBOT = Account("robot", roles=frozenset({"service"}), limit=frozenset({"service"}), by_token=True)
HOUR_NS = 3600 * 10**9


def session(ends_in_ns: int = HOUR_NS) -> Session:
    now_ns = time.time_ns()
    return Session("s1", "alice", "local", "csrf-value", now_ns, now_ns, now_ns + ends_in_ns, now_ns + ends_in_ns)


class Accounts:
    """Counts what it is asked, and how many questions about passwords it has at the same time."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.side_by_side_max = 0
        self.session = session()
        self.away = False
        self._inside = 0
        self._lock = threading.Lock()

    def by_password(self, name: str, password: str) -> Account:
        with self._lock:
            self.asked[name] += 1
            self._inside += 1
            self.side_by_side_max = max(self.side_by_side_max, self._inside)
        time.sleep(0.01)
        with self._lock:
            self._inside -= 1
        if self.away:
            raise IndexUnavailable("away")
        if (name, password) != ("alice", "right"):
            raise Unauthenticated("wrong name or password")
        return ALICE

    def by_token(self, secret: str) -> Account:
        self.asked[secret] += 1
        if secret != "neph_1":
            raise Unauthenticated("unknown token")
        return ROBOT

    def by_session(self, secret: str) -> Account:
        self.asked[secret] += 1
        if secret != "nephs_1":
            raise Unauthenticated("no such session")
        return msgspec.structs.replace(ALICE, session=self.session)

    def project_open(self, project_id: str) -> bool:
        self.asked[f"project {project_id}"] += 1
        return project_id == "green"


class Elsewhere:
    """Another identity source, by token and as a front end."""

    async def account(self, token: str) -> Account:
        if token != "foreign":
            raise Unauthenticated("not known elsewhere")
        return Account("u1", identity="keystone", by_token=True)


class Front:
    def account(self, connection: HTTPConnection) -> Account:
        return Account("u2", identity="headers")


COOKIE = {"cookie": "nephoscope_session=nephs_1"}


def sent(headers: dict[str, str], method: str = "GET", scheme: str = "http") -> HTTPConnection:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": method, "scheme": scheme, "client": ("192.0.2.1", 1)}
    return HTTPConnection({**scope, "headers": raw})


def identify(native: Native, *headers: dict[str, str], method: str = "GET") -> list[Caller | BaseException]:
    async def all_of_them() -> list[Caller | BaseException]:
        asked = (native.identify(sent(each, method)) for each in headers)
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(all_of_them())


def test_a_password_is_verified_once_for_many_requests() -> None:
    accounts = Accounts()

    callers = identify(Native(accounts), *[basic("alice", "right")] * 20)

    assert callers == [ALICE_CALLER] * 20
    assert 1 == accounts.asked["alice"] <= accounts.side_by_side_max


def test_another_password_is_verified_by_itself() -> None:
    right, wrong = identify(Native(Accounts()), basic("alice", "right"), basic("alice", "wrong"))

    assert right == ALICE_CALLER
    assert isinstance(wrong, Unauthenticated)


def test_guessing_is_looked_at_two_by_two_and_soon_slowed_down() -> None:
    accounts = Accounts()

    refused = identify(Native(accounts), *(basic("alice", str(guess)) for guess in range(40)))

    assert Counter({Unauthenticated: 6, TooManyRequests: 34}) == Counter(type(each) for each in refused)
    assert (accounts.asked["alice"], accounts.side_by_side_max) == (6, 2)


def test_a_refusal_is_remembered_only_shortly() -> None:
    accounts = Accounts()
    native = Native(accounts, remembering=Remembering(no_s=0.02))

    identify(native, basic("alice", "wrong"))
    identify(native, basic("alice", "wrong"))
    assert accounts.asked["alice"] == 1
    time.sleep(0.03)
    identify(native, basic("alice", "wrong"))
    assert accounts.asked["alice"] == 2


@pytest.mark.parametrize("headers", [{"authorization": "Bearer neph_1"}, {"x-auth-token": "neph_1"}])
def test_a_token_stands_for_its_user(headers: dict[str, str]) -> None:
    [caller] = identify(Native(Accounts()), headers)

    assert Caller("robot", "robot", roles=frozenset({"service"}), by_token=True, roles_decide=True) == caller


@pytest.mark.parametrize(
    ("expected", "headers"),
    [
        ("robot", {"authorization": "Bearer neph_1", **COOKIE}),
        ("robot", {"x-auth-token": "neph_1", **basic("alice", "right"), **COOKIE}),
        ("alice", {**basic("alice", "right"), "cookie": "nephoscope_session=unknown"}),
    ],
)
def test_tokens_go_before_passwords_and_these_before_sessions(expected: str, headers: dict[str, str]) -> None:
    [caller] = identify(Native(Accounts()), headers)

    assert isinstance(caller, Caller)
    assert expected == caller.user_id


def test_a_bad_token_is_not_made_good_by_a_session() -> None:
    [refused] = identify(Native(Accounts()), {"authorization": "Bearer neph_2", **COOKIE})

    assert isinstance(refused, Unauthenticated)


def test_no_credentials_are_refused_without_asking_anybody() -> None:
    accounts = Accounts()

    [refused] = identify(Native(accounts), {})

    assert isinstance(refused, Unauthenticated)
    assert not accounts.asked


def test_a_session_stands_for_its_user_and_is_looked_up_once() -> None:
    accounts = Accounts()

    assert identify(Native(accounts), *[COOKIE] * 5) == [ALICE_CALLER] * 5
    assert accounts.asked == {"nephs_1": 1}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_changes_something_needs_the_csrf_value_beside_the_cookie(method: str) -> None:
    native = Native(Accounts())
    headers = [{**COOKIE, "x-csrf-token": value} for value in ("csrf-value", "", "csrf-valuf", "csrf-value2")]

    good, *bad = identify(native, *headers, COOKIE, method=method)

    assert good == ALICE_CALLER
    assert [("csrf", Forbidden)] * 4 == [(getattr(each, "cause", ""), type(each)) for each in bad]


def test_a_remembered_session_ends_in_time() -> None:
    accounts = Accounts()
    accounts.session = session(ends_in_ns=20_000_000)
    native = Native(accounts)

    assert isinstance(identify(native, COOKIE)[0], Caller)
    time.sleep(0.03)
    assert isinstance(identify(native, COOKIE)[0], Unauthenticated)


def test_over_https_only_the_cookie_with_the_strict_name_counts() -> None:
    native = Native(Accounts())

    async def over_https(name: str) -> Caller:
        return await native.identify(sent({"cookie": f"{name}=nephs_1"}, scheme="https"))

    assert asyncio.run(over_https("__Host-nephoscope_session")) == ALICE_CALLER
    with pytest.raises(Unauthenticated):
        asyncio.run(over_https("nephoscope_session"))


def test_forgetting_asks_again() -> None:
    accounts = Accounts()
    native = Native(accounts)

    identify(native, basic("alice", "right"), COOKIE)
    native.forget()
    identify(native, basic("alice", "right"), COOKIE)
    native.forget("nephs_1")
    identify(native, basic("alice", "right"), COOKIE)

    assert accounts.asked == {"alice": 2, "nephs_1": 3}


def test_what_was_asked_before_a_change_is_not_remembered_after_it() -> None:
    accounts = Accounts()
    native = Native(accounts)

    async def changed_meanwhile() -> None:
        asking = asyncio.create_task(native.identify(sent(basic("alice", "right"))))
        await asyncio.sleep(0.005)
        native.forget()
        await native.identify(sent(basic("alice", "right")))
        await asking

    asyncio.run(changed_meanwhile())
    assert accounts.asked["alice"] == 2


def test_accounts_that_cannot_be_asked_are_not_a_refusal_and_no_wrong_guess() -> None:
    accounts = Accounts()
    native = Native(accounts)
    accounts.away = True

    problems = identify(native, *(basic("alice", str(guess)) for guess in range(20)))
    accounts.away = False

    assert {IndexUnavailable} == {type(each) for each in problems}
    assert identify(native, basic("alice", "right")) == [ALICE_CALLER]


def test_an_operator_picks_projects_that_exist_and_are_open() -> None:
    accounts = Accounts()
    native = Native(accounts)
    robot = {"authorization": "Bearer neph_1"}
    operator = msgspec.structs.replace(ROBOT, roles=frozenset({"operator"}), limit=None)
    accounts.by_token = lambda secret: operator  # type: ignore[method-assign]

    green, again, red = identify(native, *({**robot, "nephoscope-project": each} for each in ("green", "green", "red")))

    assert isinstance(green, Caller)
    assert (green.project_id, green.chosen_project) == ("green", True)
    assert again == green
    assert isinstance(red, Forbidden)
    identify(native, {**robot, "nephoscope-project": "green"})
    assert accounts.asked["project green"] <= 2


def test_with_another_source_local_tokens_work_and_local_passwords_do_not() -> None:
    native = Native(Accounts(), identity="keystone", tokens=Elsewhere())

    local, foreign, unknown, password, session_from_before = identify(
        native,
        {"authorization": "Bearer neph_1"},
        {"x-auth-token": "foreign"},
        {"x-auth-token": "unknown"},
        basic("alice", "right"),
        COOKIE,
    )

    assert isinstance(local, Caller)
    assert isinstance(foreign, Caller)
    assert (local.creator, foreign.creator) == ("robot", "u1:")
    assert [Unauthenticated] * 3 == [type(unknown), type(password), type(session_from_before)]


def test_a_front_end_names_whoever_sends_no_token() -> None:
    native = Native(Accounts(), identity="headers", front_end=Front())

    named, token, password = identify(native, COOKIE, {"authorization": "Bearer neph_1"}, basic("alice", "right"))

    assert isinstance(named, Caller)
    assert isinstance(token, Caller)
    assert (named.user_id, token.user_id) == ("u2", "robot")
    assert isinstance(password, Unauthenticated)


def test_a_page_is_not_answered_with_a_challenge_that_opens_the_browsers_own_window() -> None:
    async def challenge(headers: dict[str, str]) -> str | None:
        connection = sent(headers)
        with pytest.raises(Unauthenticated):
            await Native(Accounts()).identify(connection)
        found: str | None = connection.scope.get("nephoscope.challenge")
        return found

    assert asyncio.run(challenge({"sec-fetch-mode": "cors"})) == PAGE_CHALLENGE
    assert asyncio.run(challenge({})) is None
