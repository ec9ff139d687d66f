# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/sql`: SQL over the documented views, its progress, and its end before its time."""

from uuid import UUID

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.model.errors import NotFound
from nephoscope.query.sql.narrow import Reach
from nephoscope.query.sql.statements import Answer, State
from nephoscope.query.sql.views import VIEWS


class Statement(msgspec.Struct, forbid_unknown_fields=True):
    """One SELECT over the views; by an `id` of one's own it can be watched and cancelled while it runs."""

    sql: str
    id: UUID | None = None


class ColumnView(msgspec.Struct):
    """A column of a view; `type` as the engine calls it."""

    name: str
    type: str
    meaning: str


class ViewView(msgspec.Struct):
    """A view that SQL can read."""

    name: str
    meaning: str
    columns: list[ColumnView]


class Views(msgspec.Struct):
    """Everything that SQL can read."""

    views: list[ViewView]


def post_sql(call: Call, body: Statement) -> Answer:
    """The rows of one SELECT over the views; a project's owner finds its own rows in them."""
    return call.parts.sql.run(body.sql, reach_of(call), call.caller.user_id, body.id)


def show_statement(call: Call) -> State:
    """How far a statement of the caller's is."""
    return call.parts.sql.state(call.caller.user_id, _id(call))


def cancel_statement(call: Call) -> None:
    """Stop a statement of the caller's, in the engine, too; its POST answers with the cause `cancelled`."""
    call.parts.sql.cancel(call.caller.user_id, _id(call))


def list_views(call: Call) -> Views:
    """The views with their columns and what these mean."""
    return Views(
        [
            ViewView(view.name, view.meaning, [ColumnView(c.name, c.type, c.meaning) for c in view.columns])
            for view in VIEWS.values()
        ]
    )


def reach_of(call: Call) -> Reach:
    """Whose rows SQL may read for the caller: the same ones that lists show."""
    caller = call.caller
    if call.sees_all:
        return Reach(everything=True)
    return Reach(project_id=caller.project_id, creator="" if caller.chosen_project else caller.creator)


def _id(call: Call) -> UUID:
    text = call.segment("id")
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(f"no statement {text} is at work") from None


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at("/v1/sql", POST=operation(post_sql, "query data")),
        at("/v1/sql/views", GET=operation(list_views, "query data")),
        at(
            "/v1/sql/{id}",
            GET=operation(show_statement, "query data"),
            DELETE=operation(cancel_statement, "query data", 204),
        ),
    ]
