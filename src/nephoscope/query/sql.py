# SPDX-License-Identifier: Apache-2.0
"""SQL of users: one SELECT over the documented tables, read-only and bounded."""

import pyarrow as pa
import sqlglot
from sqlglot import exp

from nephoscope.model.errors import BadRequest
from nephoscope.store.contract import Store

TABLES = ("aggregates", "dead_letters", "measures")
ROWS_MAX = 100_000
# Functions that reach beyond the tables named: files, other servers, dictionaries, the server's own state.
FORBIDDEN = (
    "dictget",
    "joinget",
    "file",
    "getsetting",
    "getserversetting",
    "getmacro",
    "catboost",
    "hostname",
    "sleep",
)


def run(store: Store, text: str) -> pa.Table:
    """The rows of one SELECT, at most `ROWS_MAX`; BadRequest or QueryFailed says what is not allowed or wrong."""
    return store.query(checked(text), guest=True)


def checked(text: str) -> str:
    """The statement, written anew from its parse tree; BadRequest for anything but one SELECT over `TABLES`."""
    try:
        statements = sqlglot.parse(text, read="clickhouse")
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        raise BadRequest(f"the SQL cannot be read: {str(error).splitlines()[0]}") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise BadRequest("give one SELECT statement")
    tree = statements[0]
    names = {cte.alias for cte in tree.find_all(exp.CTE)}
    for node in tree.walk():
        _check(node, names)
    return tree.sql(dialect="clickhouse", comments=False)


def _check(node: exp.Expr, names: set[str]) -> None:
    if isinstance(node, exp.Table):
        if not isinstance(node.this, exp.Identifier) or node.args.get("db") or node.args.get("catalog"):
            raise BadRequest(f"{node.sql(dialect='clickhouse')}: only the tables {', '.join(TABLES)} can be read")
        if node.name not in TABLES and node.name not in names:
            raise BadRequest(f"table {node.name}: only {', '.join(TABLES)} can be read")
    if isinstance(node, exp.SettingsProperty) or (isinstance(node, exp.Query) and _extras(node)):
        raise BadRequest("SETTINGS, FORMAT and INTO are not allowed")
    if isinstance(node, exp.Func):
        name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower().replace("_", "")
        if name.startswith(FORBIDDEN):
            raise BadRequest(f"function {name} is not allowed")


def _extras(node: exp.Query) -> bool:
    return any(node.args.get(key) for key in ("settings", "format", "into"))
