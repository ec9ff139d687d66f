# SPDX-License-Identifier: Apache-2.0
"""SQL of users: one SELECT over the documented tables, read-only and bounded."""

import re
from collections.abc import Iterator, Sequence

import pyarrow as pa
import sqlglot
from sqlglot import exp

from nephoscope.model.errors import BadRequest
from nephoscope.store.contract import Store

TABLES = ("aggregates", "dead_letters", "measures")
ROWS_MAX = 100_000
# Functions that reach beyond the tables named: to files, other servers, dictionaries, the server's own state; and the
# operator IN as a function, which like the operator takes the name of a table. Without case and underscores.
FORBIDDEN = re.compile(
    "ai(classify|embed|extract|filter|generate|redact|similarity|translate)|catboost.*|currentrequest.*|dict.*|evalml.*"
    "|file|filesystem.*|fqdn|generateserialid|get(client|macro|mergetree|oskernel|server|setting).*|hascolumnintable"
    "|hostname|joinget.*|logtrace|naivebayes.*|reversedns.*|serveruuid|showcertificate|sleep.*"
    "|(global)?(not)?(null)?in(ignoreset)?"
)
# In other quotes, and other engines' rules for them, these could end a name early.
NOT_IN_NAMES = re.compile(r"[\\\"'`\x00-\x1f]")


def run(store: Store, text: str) -> pa.Table:
    """The rows of one SELECT, at most `ROWS_MAX`; BadRequest or QueryFailed says what is not allowed or wrong."""
    return store.query(checked(text), guest=True)


def checked(text: str) -> str:
    """The statement, written anew from its parse tree; BadRequest for anything but one SELECT over `TABLES`."""
    try:
        statements = [each for each in sqlglot.parse(text, read="clickhouse") if not isinstance(each, exp.Semicolon)]
        if len(statements) != 1 or not isinstance(statements[0], exp.Query):
            raise BadRequest("give one SELECT statement")
        for node in statements[0].walk():
            _check(node)
        return statements[0].sql(dialect="clickhouse", comments=False)
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        raise BadRequest(f"the SQL cannot be read: {(str(error).splitlines() or ['it is too deep'])[0]}") from None


def _check(node: exp.Expr) -> None:
    if isinstance(node, exp.Table):
        _check_table(node)
    if isinstance(node, exp.Identifier) and NOT_IN_NAMES.search(node.name):
        raise BadRequest(f"name {node.name!r}: quotes, backslashes and control characters are not allowed in names")
    if isinstance(node, exp.With) and node.recursive:
        raise BadRequest("WITH RECURSIVE is not allowed")
    if isinstance(node, exp.SettingsProperty) or (isinstance(node, exp.Query) and _extras(node)):
        raise BadRequest("SETTINGS, FORMAT and INTO are not allowed")
    if isinstance(node, exp.In) and _names_a_table(node):
        raise BadRequest("after IN give a list of values or a SELECT in brackets")
    # A bare name can stand for a function, too: `arrayMap(file, …)`, `* APPLY(file)`.
    if isinstance(node, (exp.Func, exp.Column, exp.Var)):
        name = node.name if isinstance(node, (exp.Anonymous, exp.Column, exp.Var)) else node.sql_name()
        if FORBIDDEN.fullmatch(name.lower().replace("_", "")):
            raise BadRequest(f"function {name} is not allowed")


def _check_table(node: exp.Table) -> None:
    if not isinstance(node.this, exp.Identifier) or node.args.get("db") or node.args.get("catalog"):
        raise BadRequest(f"{node.sql(dialect='clickhouse')}: only the tables {', '.join(TABLES)} can be read")
    if node.name not in TABLES and node.name not in _queries_in_scope(node):
        raise BadRequest(f"table {node.name}: only {', '.join(TABLES)} can be read")


def _queries_in_scope(table: exp.Table) -> Iterator[str]:
    """
    The names that WITH gives to queries where the table stands; anywhere else such a name means a real table.

    A query of WITH sees those before it, not itself; `WITH 1 AS name` and `WITH (SELECT 1) AS name` name values.
    """
    inside: exp.Expr = table
    while (parent := inside.parent) is not None:
        named: Sequence[exp.Expr] = ()
        if isinstance(parent, exp.With):
            named = parent.expressions[: [id(each) for each in parent.expressions].index(id(inside))]
        elif isinstance(parent, exp.Query) and not isinstance(inside, exp.With):
            named = parent.ctes
        yield from (each.alias for each in named if isinstance(each.this, exp.Query) and not each.args.get("scalar"))
        inside = parent


def _names_a_table(node: exp.In) -> bool:
    """Whether a bare name stands after IN, which the engine takes for a table's."""
    listed = node.expressions
    field = node.args.get("field") or (listed[0] if len(listed) == 1 else None)
    return field is not None and isinstance(field.unnest(), (exp.Column, exp.Dot, exp.Identifier, exp.Table))


def _extras(node: exp.Query) -> bool:
    return any(node.args.get(key) for key in ("settings", "format", "into"))
