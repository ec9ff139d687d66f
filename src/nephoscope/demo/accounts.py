# SPDX-License-Identifier: Apache-2.0
"""Projects of a made-up cloud, and people who may look at them."""

from collections.abc import Callable, Sequence
from typing import Any

from nephoscope.client.ask import Server
from nephoscope.model.errors import Conflict

OPERATOR = "demo-operator"
# One who may change what the project has, one who may look only.
PEOPLE = {"owner": "member", "viewer": "reader"}


def make_accounts(server: Server, names: Sequence[str], password: str, tell: Callable[[int], None]) -> list[str]:
    """
    Make projects with an owner and a viewer each, and one operator who sees them all; who is there already stays.

    Takes   names of projects; a password for those who are made; `tell` hears of every one done.
    Gives   the ids of the projects, in order.
    Errors  Forbidden without the role admin.
    """
    known = {each["name"]: each["id"] for each in server.get("projects")["projects"]}
    ids = []
    for name in names:
        if name not in known:
            made = server.post("projects", {"name": name, "description": "made up by `nephoscope demo`"})
            known[name] = made["id"]
        ids.append(str(known[name]))
        for suffix, role in PEOPLE.items():
            memberships = [{"project": known[name], "roles": [role]}]
            _make_user(server, user_name(name, suffix), password, project_id=known[name], memberships=memberships)
        tell(1)
    _make_user(server, OPERATOR, password, roles=["operator"])
    return ids


def user_name(project: str, suffix: str) -> str:
    """The user of a project that owns it or looks at it: `web-shop-owner`."""
    return f"{project}-{suffix}"


def _make_user(server: Server, name: str, password: str, **rest: Any) -> None:
    try:
        server.post("users", {"name": name, "kind": "person", "password": password, **rest})
    except Conflict:
        return
