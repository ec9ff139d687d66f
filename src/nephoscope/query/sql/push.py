# SPDX-License-Identifier: Apache-2.0
"""
Conditions of a statement that may be repeated inside a view, where they let the engine skip data.

They stay where they are, too, so a repeated one can only leave out rows that would have been left out later. That needs
care with what looks alike and is not: an alias that hides a column, a join that makes up rows, a function that gives
another answer each time.
"""

import re
from collections.abc import Iterator

import msgspec
from sqlglot import exp

from nephoscope.query.sql.functions import AGGREGATES, RANDOM
from nephoscope.query.sql.views import View

# The engine reads texts in more ways than these; the years are those that nanoseconds reach.
DAY = re.compile(r"(19|20|21)\d\d-\d\d-\d\d([ T]\d\d:\d\d:\d\d(\.\d{1,9})?)?")
COMPARISONS = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.EQ)
OPPOSITE: dict[type[exp.Binary], type[exp.Binary]] = {
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.EQ: exp.EQ,
}
UNREPEATABLE = AGGREGATES | RANDOM


class Wanted(msgspec.Struct, frozen=True):
    """Conditions on the columns of a metric, and on the time in ns; both over columns of the engine's tables."""

    of_names: tuple[exp.Expr, ...] = ()
    of_time: tuple[exp.Expr, ...] = ()


def conditions(table: exp.Table, view: View) -> Wanted:
    """What the statement around `table`, which stands for the view, wants of its rows and what can be told inside."""
    select = _select_of(table)
    if select is None or not _keeps_rows(table, select):
        return Wanted()
    hidden = _hidden_names(table)
    alone = all(join.kind == "ARRAY" for join in select.args.get("joins") or ())
    seen_as = {table.alias or table.name} | ({""} if alone else set())
    of_metric = {column.name: column.text.partition(".")[2] for column in view.columns if column.is_of_metric}
    of_names, of_time = [], []
    for part in _parts(select):
        columns = list(part.find_all(exp.Column))
        if not columns or not _repeatable(part) or any(_is_other(each, seen_as, hidden) for each in columns):
            continue
        if all(each.name in of_metric for each in columns):
            of_names.append(_with_columns(part, of_metric))
        elif view.time and (narrowed := _on_time(part, view.time)) is not None:
            of_time.append(narrowed)
    return Wanted(tuple(of_names), tuple(of_time))


def _select_of(table: exp.Table) -> exp.Select | None:
    """The SELECT that reads from the table itself."""
    holder = table.parent.parent if isinstance(table.parent, exp.Final) else table.parent
    select = holder.parent if isinstance(holder, exp.From | exp.Join) else None
    return select if isinstance(select, exp.Select) else None


def _keeps_rows(table: exp.Table, select: exp.Select) -> bool:
    """Whether rows of the table that WHERE would refuse have no other effect on what the SELECT gives."""
    joins = select.args.get("joins") or ()
    if any(join.kind not in {"", "INNER", "CROSS", "OUTER", "ARRAY"} for join in joins):
        return False
    sides = {join.side for join in joins}
    first = table.find_ancestor(exp.From, exp.Join)
    return sides <= ({"", "LEFT"} if isinstance(first, exp.From) else {""})


def _hidden_names(table: exp.Table) -> set[str]:
    """Names that mean something else than a column somewhere in the statement."""
    hidden = set()
    for node in table.root().walk():
        if isinstance(node, exp.Alias | exp.CTE):
            hidden.add(node.alias)
        elif isinstance(node, exp.Lambda):
            hidden.update(each.name for each in node.expressions)
    return hidden


def _parts(select: exp.Select) -> Iterator[exp.Expr]:
    """The conditions that all have to hold."""
    for key in ("where", "prewhere"):
        if clause := select.args.get(key):
            for part in clause.this.flatten() if isinstance(clause.this, exp.And) else (clause.this,):
                yield part.unnest()


def _repeatable(part: exp.Expr) -> bool:
    for node in part.walk():
        if isinstance(node, exp.Query | exp.Window | exp.Star | exp.Lambda):
            return False
        if isinstance(node, exp.Func) and node.name.lower() in UNREPEATABLE:
            return False
    return True


def _is_other(column: exp.Column, seen_as: set[str], hidden: set[str]) -> bool:
    return column.table not in seen_as or bool(column.args.get("db")) or column.name in hidden


def _with_columns(part: exp.Expr, names: dict[str, str]) -> exp.Expr:
    """The condition over the table of names."""
    copied = part.copy()
    for column in list(copied.find_all(exp.Column)):
        plain = exp.column(names[column.name])
        if column is copied:
            return plain
        column.replace(plain)
    return copied


def _on_time(part: exp.Expr, column: str) -> exp.Expr | None:
    """The condition over the integer time, when it compares the time with something that is the same for all rows."""
    if isinstance(part, exp.Between) and _is_time(part.this):
        low, high = _ns(part.args["low"]), _ns(part.args["high"])
        return exp.Between(this=exp.column(column), low=low, high=high) if low and high else None
    if not isinstance(part, COMPARISONS):
        return None
    kind: type[exp.Binary] = type(part)
    left, right = part.this, part.expression
    if not _is_time(left):
        kind, left, right = OPPOSITE[kind], right, left
    value = _ns(right) if _is_time(left) else None
    return kind(this=exp.column(column), expression=value) if value else None


def _is_time(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column) and node.name == "time"


def _ns(node: exp.Expr) -> exp.Expr | None:
    """The nanoseconds of a point in time; None where that is not plain."""
    if node.find(exp.Column):
        return None
    if isinstance(node, exp.Literal) and not (node.is_string and DAY.fullmatch(node.name)):
        return None
    time = exp.Anonymous(
        this="toDateTime64", expressions=[node.copy(), exp.Literal.number(9), exp.Literal.string("UTC")]
    )
    return exp.Anonymous(this="toUnixTimestamp64Nano", expressions=[time])
