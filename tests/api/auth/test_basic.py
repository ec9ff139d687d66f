# SPDX-License-Identifier: Apache-2.0
"""The passwordless modes believe the user, and make only `admin` an administrator."""

import asyncio

import pytest
from starlette.requests import HTTPConnection

from nephoscope.api.auth.basic import Basic, RemoteUser, believed
from nephoscope.api.caller import Caller
from nephoscope.api.proxy import TrustedPeers
from nephoscope.model.errors import Unauthenticated
from tests.api.asgi import basic


def connection(headers: dict[str, str], peer: str = "10.0.0.7") -> HTTPConnection:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "headers": raw, "client": (peer, 1)})


def test_the_user_is_the_creator_whatever_the_password() -> None:
    caller = asyncio.run(Basic().identify(connection(basic("alice", "anything"))))

    assert Caller("alice", "alice", "", narrowed=False) == caller


def test_only_admin_has_a_role() -> None:
    assert believed("admin").roles == {"admin"}
    assert not believed("administrator").roles


def test_a_user_with_a_colon_from_a_front_end_has_a_project() -> None:
    assert (believed("alice:blue").user_id, believed("alice:blue").project_id) == ("alice", "blue")


def test_the_front_end_names_the_user() -> None:
    mode = RemoteUser(TrustedPeers(["10.0.0.0/8"]))

    assert asyncio.run(mode.identify(connection({"X-Remote-User": "bob"}))).creator == "bob"


@pytest.mark.parametrize(
    ("headers", "peer"),
    [({}, "10.0.0.7"), ({"X-Remote-User": ""}, "10.0.0.7"), ({"X-Remote-User": "bob"}, "192.0.2.1")],
)
def test_nobody_else_may_name_a_user(headers: dict[str, str], peer: str) -> None:
    with pytest.raises(Unauthenticated):
        asyncio.run(RemoteUser(TrustedPeers(["10.0.0.0/8"])).identify(connection(headers, peer)))
