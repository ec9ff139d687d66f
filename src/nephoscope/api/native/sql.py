# SPDX-License-Identifier: Apache-2.0
"""`POST /api/v1/sql` with `{"sql": "SELECT …"}`: columns and rows."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from nephoscope.api.native.call import SEES_ALL, Call, at, reply
from nephoscope.model.errors import InvalidInput
from nephoscope.query import sql


def post_sql(call: Call) -> Response:
    """The rows of one SELECT over the documented tables."""
    call.need(SEES_ALL, "query by SQL")
    body = call.json()
    if not isinstance(body, dict) or not isinstance(body.get("sql"), str):
        raise InvalidInput("expected an object with the text `sql`", ["sql"])
    found = sql.run(call.parts.store, body["sql"])
    rows = list(zip(*(column.to_pylist() for column in found.columns), strict=True))
    return reply({"columns": found.column_names, "rows": rows, "complete": len(rows) < sql.ROWS_MAX})


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/sql", POST=post_sql)]
