# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/session`: log in, see who one is, change one's password, log out."""

from typing import Annotated

import msgspec
from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.auth.account import Account, caller_of
from nephoscope.api.auth.cookies import clear_cookie, session_secret, set_cookie
from nephoscope.api.auth.native import PAGE_CHALLENGE
from nephoscope.api.caller import Caller
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.offload import offload
from nephoscope.api.proxy import client_of
from nephoscope.model.session import Identity
from nephoscope.model.user import ANY_PROJECT

Text = Annotated[str, msgspec.Meta(max_length=1024)]


class Login(msgspec.Struct, forbid_unknown_fields=True):
    """A user and its password; `domain` is the user's at Keystone, by default the configured one."""

    user: Text
    password: Text
    domain: Text | None = None


class PasswordChange(msgspec.Struct, forbid_unknown_fields=True):
    """One's password as it is, and as it shall be."""

    old: Text
    new: Text


class SessionProject(msgspec.Struct):
    """A project that one belongs to, and one's roles in force there."""

    id: str
    name: str
    roles: list[str]


class Session(msgspec.Struct):
    """
    Who one is: the roles in force, the project in force (`*` for all that one may see), and one's own projects.

    `csrf` goes into the header X-CSRF-Token of requests that change something; it is empty, and `expires_ms` null,
    without a session. With `must_change_password` nothing else is allowed until another password is chosen.
    """

    user: str
    identity: Identity
    roles: list[str]
    project: str
    projects: list[SessionProject]
    sees_all: bool
    csrf: str
    must_change_password: bool
    expires_ms: int | None


async def post_session(call: Call, body: Login) -> Response:
    """Log in with a password: the answer sets the session cookie."""
    scope = call.request.scope
    # With a challenge that browsers know, they would ask for a password themselves instead of handing on the refusal.
    scope["nephoscope.challenge"] = PAGE_CHALLENGE
    account, secret = await call.parts.logins.start(body.user, body.password, body.domain, client_of(scope))
    assert account.session is not None
    shown = await offload(_session, call, account, caller_of(account))
    headers = {"Set-Cookie": set_cookie(scope, account.session, secret)}
    return Response(msgspec.json.encode(shown), headers=headers, media_type="application/json")


def show_session(call: Call) -> Session:
    """Who one is, with any credentials."""
    return _session(call, call.account, call.caller)


def delete_session(call: Call) -> Response:
    """Log out: the session of the cookie ends."""
    scope = call.request.scope
    secret = session_secret(call.request)
    if call.account.session is not None and secret is not None:
        call.parts.logins.end(secret, call.account, client_of(scope))
    return Response(status_code=204, headers={"Set-Cookie": clear_cookie(scope)})


async def post_password(call: Call, body: PasswordChange) -> None:
    """Change one's own password; one's other sessions end, tokens stay."""
    await call.parts.logins.change_password(call.account, body.old, body.new, client_of(call.request.scope))


def _session(call: Call, account: Account, caller: Caller) -> Session:
    sees_all = call.parts.policy.allows("operates", caller, {}) and not caller.chosen_project
    return Session(
        user=account.name or account.user_id,
        identity=account.identity,
        roles=sorted(caller.roles),
        project=ANY_PROJECT if sees_all else caller.project_id,
        projects=_projects(call, account),
        sees_all=sees_all,
        csrf=account.session.csrf if account.session else "",
        must_change_password=account.must_change_password,
        expires_ms=account.session.expires_ns // 10**6 if account.session else None,
    )


def _projects(call: Call, account: Account) -> list[SessionProject]:
    """The account's own projects by name; the names of local ones stand in the index."""
    own = [each for each in account.projects if not each.disabled]
    names: dict[str, str] = {}
    if account.identity == "local" and own:
        names = {each.id: each.name for each in call.parts.index.projects.list_all(account.user_id)}
    found = [
        SessionProject(each.id, each.name or names.get(each.id, each.id), sorted(account.roles_in(each.id)))
        for each in own
    ]
    return sorted(found, key=lambda each: (each.name, each.id))


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at(
            "/v1/session",
            POST=operation(post_session, "log in", answer=Session, anyone=True),
            GET=operation(show_session, "use session"),
            DELETE=operation(delete_session, "use session", 204),
        ),
        at("/v1/session/password", POST=operation(post_password, "use session", 204)),
    ]
