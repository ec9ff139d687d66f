# SPDX-License-Identifier: Apache-2.0
"""`POST /api/v1/sql` with `{"sql": "SELECT …"}`: columns and rows."""

from typing import Any

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.query import sql


class Statement(msgspec.Struct, forbid_unknown_fields=True):
    """One SELECT."""

    sql: str


class Rows(msgspec.Struct):
    """Rows by column; not `complete` when there are more than the limit."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    complete: bool


def post_sql(call: Call, body: Statement) -> Rows:
    """The rows of one SELECT over the documented tables."""
    found = sql.run(call.parts.store, body.sql)
    rows = list(zip(*(column.to_pylist() for column in found.columns), strict=True))
    return Rows(found.column_names, rows, len(rows) < sql.ROWS_MAX)


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [at("/v1/sql", POST=operation(post_sql, "see platform"))]
