# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/tokens`: keys for programs; everybody has their own, administrators make them for service accounts."""

import time
from typing import Annotated

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.users import Name
from nephoscope.model.errors import Forbidden, NotFound, NotOffered
from nephoscope.model.timespan import DAY_NS
from nephoscope.model.user import Role, Token

DAYS_MAX = 3650


class TokensQuery(msgspec.Struct):
    """Whose tokens: one's own unless `user` names another."""

    user: str = ""


class TokenView(msgspec.Struct):
    """A token without its secret; with `project_id` null it works wherever its user may."""

    id: str
    user: str
    name: str
    roles: list[str]
    project_id: str | None
    created_ms: int
    expires_ms: int | None
    last_used_ms: int | None


class TokenList(msgspec.Struct):
    """Tokens, the oldest first."""

    tokens: list[TokenView]


class NewToken(msgspec.Struct, forbid_unknown_fields=True):
    """
    A token to be made, for oneself or for `user`.

    Without `roles` it has all that its user has; `project_id` is by default the project in force (for another user:
    its default project), `*` stands for every project that the user may work in. Without `days` it does not expire.
    """

    name: Name
    user: Name | None = None
    roles: list[Role] | None = None
    project_id: Name | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=DAYS_MAX)] | None = None


class TokenMade(msgspec.Struct):
    """A new token with its secret, which is never shown again."""

    token: TokenView
    secret: str


def list_tokens(call: Call, query: TokensQuery) -> TokenList:
    """One's own tokens; who sees accounts may ask for another user's."""
    if not query.user and call.account.identity != "local":
        return TokenList([])
    name = query.user or call.caller.user_id
    if not _is_self(call, name):
        call.parts.policy.enforce("see accounts", call.caller, {})
        call.parts.index.users.get(name)
    return TokenList([_view(each) for each in call.parts.index.tokens.list_all(name)])


def create_token(call: Call, body: NewToken) -> TokenMade:
    """Make a token, with no more than its user's roles; the answer has the secret, once."""
    if call.caller.by_token:
        raise Forbidden("a token makes no tokens: log in with a password for that")
    if body.user is None and call.account.identity != "local":
        raise NotOffered("tokens belong to local users: an administrator can make a service account, and one for that")
    name = body.user or call.caller.user_id
    itself = _is_self(call, name)
    if not itself:
        call.parts.policy.enforce("change accounts", call.caller, {})
    project_id = body.project_id or (call.caller.project_id if itself else None)
    expires_ns = None if body.days is None else time.time_ns() + body.days * DAY_NS
    made, secret = call.parts.index.tokens.add(
        name,
        name=body.name,
        roles=body.roles,
        project_id=project_id or None,
        expires_ns=expires_ns,
        by=call.actor,
    )
    return TokenMade(_view(made), secret)


def delete_token(call: Call) -> None:
    """Take a token back: it is refused from now on."""
    token_id = call.segment("id")
    token = call.parts.index.tokens.get(token_id)
    if not _is_self(call, token.user) and not call.parts.policy.allows("change accounts", call.caller, {}):
        # What others have is nobody's business.
        raise NotFound(f"Token {token_id} does not exist")
    call.parts.index.tokens.delete(token_id, by=call.actor)
    call.parts.accounts_changed()


def _is_self(call: Call, user: str) -> bool:
    """Whether a local user is the caller, not somebody of another identity source whose id looks the same."""
    return call.account.identity == "local" and user == call.caller.user_id


def _view(token: Token) -> TokenView:
    return TokenView(
        id=token.id,
        user=token.user,
        name=token.name,
        roles=list(token.roles),
        project_id=token.project_id,
        created_ms=token.created_ns // 10**6,
        expires_ms=_ms(token.expires_ns),
        last_used_ms=_ms(token.last_used_ns),
    )


def _ms(time_ns: int | None) -> int | None:
    return None if time_ns is None else time_ns // 10**6


def routes() -> list[BaseRoute]:
    """The addresses of this module."""
    return [
        at(
            "/v1/tokens",
            GET=operation(list_tokens, "use account"),
            POST=operation(create_token, "use account", 201),
        ),
        at("/v1/tokens/{id}", DELETE=operation(delete_token, "use account", 204)),
    ]
