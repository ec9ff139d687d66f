# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""A front end is believed when it is a trusted proxy, and nobody else is."""

import asyncio

import pytest
from starlette.requests import HTTPConnection

from nephoscope.api.auth.account import caller_of
from nephoscope.api.auth.front_end import FrontEnd, FrontEndCallers
from nephoscope.api.auth.roles import RoleMap
from nephoscope.api.proxy import TrustedPeers
from nephoscope.model.errors import Forbidden, Unauthenticated

NAMED = {"X-User-Id": "u1", "X-User-Name": "Kim", "X-Project-Id": "p1", "X-Project-Name": "one", "X-Roles": "Member"}
FRONT_END = FrontEnd(TrustedPeers(["10.0.0.0/8"]), RoleMap())


def sent(
    headers: dict[str, str], *more: tuple[str, str], peer: str = "10.1.1.1", method: str = "GET"
) -> HTTPConnection:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in [*headers.items(), *more]]
    return HTTPConnection({"type": "http", "method": method, "headers": raw, "client": (peer, 1)})


def test_the_headers_name_user_project_and_roles() -> None:
    account = FRONT_END.account(sent(NAMED))

    caller = caller_of(account)
    assert ("u1", "p1", frozenset({"member"}), "u1:p1") == (
        caller.user_id,
        caller.project_id,
        caller.roles,
        caller.creator,
    )
    assert ("Kim", "one", "headers") == (account.name, account.projects[0].name, account.identity)


def test_the_user_alone_is_enough_to_be_somebody_who_may_nothing() -> None:
    caller = caller_of(FRONT_END.account(sent({"X-User-Id": "u1"})))

    assert ("u1", "", frozenset()) == (caller.user_id, caller.project_id, caller.roles)


def test_an_admin_reaches_beyond_its_project_and_others_do_not() -> None:
    admin = FRONT_END.account(sent({**NAMED, "X-Roles": "admin,member"}))

    assert {"admin"} == caller_of(admin, "p2", exists=True).roles
    with pytest.raises(Forbidden):
        caller_of(FRONT_END.account(sent(NAMED)), "p2", exists=True)


@pytest.mark.parametrize("peer", ["192.0.2.1", "", "::1"])
def test_others_cannot_name_anybody(peer: str) -> None:
    with pytest.raises(Unauthenticated, match="only the trusted proxies"):
        FRONT_END.account(sent(NAMED, peer=peer))


@pytest.mark.parametrize(
    "headers", [{}, {"X-User-Id": ""}, {"X-User-Id": " "}, {"X-User-Id": "x" * 256}, {"X-User-Id": "a\x85b"}]
)
def test_headers_that_name_nobody_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Unauthenticated):
        FRONT_END.account(sent(headers))


@pytest.mark.parametrize("name", ["X-User-Id", "X-Project-Id"])
def test_a_header_that_comes_twice_is_refused_since_one_may_be_a_strangers(name: str) -> None:
    with pytest.raises(Unauthenticated, match=f"the header {name} cannot be read"):
        FRONT_END.account(sent(NAMED, (name, "root")))


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_changes_nothing(site: str) -> None:
    headers = {**NAMED, "Sec-Fetch-Site": site}

    assert "u1" == FRONT_END.account(sent(headers)).user_id
    with pytest.raises(Forbidden):
        FRONT_END.account(sent(headers, method="POST"))
    assert "u1" == FRONT_END.account(sent({**NAMED, "Sec-Fetch-Site": "same-origin"}, method="POST")).user_id


def test_a_dialect_may_know_callers_by_the_front_end_alone() -> None:
    callers = FrontEndCallers(FRONT_END)
    # A token or a project that is asked for says nothing here.
    more = {"Authorization": "Bearer x", "X-Auth-Token": "y", "Nephoscope-Project": "p2"}

    caller = asyncio.run(callers.identify(sent({**NAMED, **more})))
    assert ("u1", "p1", frozenset({"member"})) == (caller.user_id, caller.project_id, caller.roles)
    with pytest.raises(Unauthenticated):
        asyncio.run(callers.identify(sent(NAMED, peer="192.0.2.1")))
