# SPDX-License-Identifier: Apache-2.0
"""
Views become queries of the engine's tables that hold nothing but the caller's rows.

Every name after FROM or JOIN is one of three things: a view, which becomes a subquery; a query of WITH that is in
scope, which gets a name that no table has; or refused. So no name of the text reaches the engine as a table's name.

What is the caller's is told by parameters, never by text. For a caller that does not see everything the rows pass a
LIMIT that is never reached: over it the engine moves no condition, so that no function of the statement is ever tried
on somebody else's row, where an error could tell of it.

Conditions of the statement are repeated inside, where they let the engine skip data: those on a metric's columns where
its names are looked up, those on the time where measures are read.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import msgspec
import sqlglot
from sqlglot import exp

from nephoscope.model.errors import BadRequest
from nephoscope.query.sql.allow import check
from nephoscope.query.sql.parse import Dialect, place, read, written
from nephoscope.query.sql.push import Wanted, conditions
from nephoscope.query.sql.views import METRIC_NAMES, NAMED, ROWS, VIEWS, Column, View

PROJECT, CREATOR = "nephoscope_project", "nephoscope_creator"
# Of queries of WITH; no table begins like this.
PREFIX = "with_"
# More rows than any table holds.
FENCE = 2**63 - 1
# What a view's name may come with, beside an alias.
TABLE_PARTS = {"this", "alias"}
IN_EXPRESSION = re.compile(rf"\b{ROWS}\.(\w+)")


class Reach(msgspec.Struct, frozen=True):
    """Whose rows a caller sees: everybody's, or those of one project and of what one creator made (empty: none)."""

    everything: bool = False
    project_id: str = ""
    creator: str = ""


class Statement(msgspec.Struct, frozen=True):
    """What the engine is given."""

    sql: str
    parameters: Mapping[str, str]


class Narrower(msgspec.Struct, frozen=True):
    """Rewrites statements for one caller; `twice` where the engine may hold two measures of one metric and time."""

    database: str
    reach: Reach
    twice: bool = True

    def statement(self, text: str) -> Statement:
        """The statement for the engine; BadRequest names what is not allowed, and where it stands."""
        tree = read(text)
        check(tree, text)
        used = _columns_named(tree)
        tables = list(tree.find_all(exp.Table))
        replacements = [(_with_final(table), self._replacement(table, used, text)) for table in tables]
        for query in tree.find_all(exp.CTE):
            if _is_query(query):
                query.args["alias"].set("this", exp.to_identifier(PREFIX + query.alias, quoted=True))
        for old, new in replacements:
            old.replace(new)
        _without_prewhere(tree)
        sql = written(tree)
        self._check_again(sql)
        values = {PROJECT: self.reach.project_id, CREATOR: self.reach.creator}
        return Statement(sql, {name: value for name, value in values.items() if name in sql})

    def _replacement(self, table: exp.Table, used: Collection[str] | None, text: str) -> exp.Expr:
        if (
            not isinstance(table.this, exp.Identifier)
            or {key for key, value in table.args.items() if value} - TABLE_PARTS
        ):
            raise BadRequest(f"only the views {', '.join(VIEWS)} can be read, by name and alias{place(text, table)}")
        if table.args.get("alias") and table.args["alias"].columns:
            raise BadRequest(f"columns of {table.name} cannot be given other names here{place(text, table)}")
        alias = exp.TableAlias(this=exp.to_identifier(table.alias or table.name, quoted=True))
        if table.name in _queries_in_scope(table):
            if isinstance(table.parent, exp.Final):
                raise BadRequest(f"FINAL is for views; {table.name} is a query{place(text, table)}")
            return exp.Table(this=exp.to_identifier(PREFIX + table.name, quoted=True), alias=alias)
        view = VIEWS.get(table.name)
        if view is None:
            raise BadRequest(f"there is no view {table.name}; there are {', '.join(VIEWS)}{place(text, table)}")
        return exp.Subquery(this=self._view(view, used, conditions(table, view)), alias=alias)

    def _view(self, view: View, used: Collection[str] | None, wanted: Wanted) -> exp.Select:
        """The query that a view is, with those of its columns that the statement names."""
        columns = [each for each in view.columns if used is None or each.name in used] or [view.columns[0]]
        made = _ours(f"SELECT {', '.join(f'{each.text} AS {each.name}' for each in columns)}")
        made = made.from_(_as(self._rows(view, columns, wanted), ROWS), copy=False)
        named = [each.text.removeprefix(f"{NAMED}.") for each in columns if each.is_of_metric]
        if named:
            on = f"{ROWS}.metric = {NAMED}.metric"
            made = made.join(_as(self._names(named), NAMED), on=on, join_type="inner", dialect=Dialect, copy=False)
        return made

    def _rows(self, view: View, columns: Iterable[Column], wanted: Wanted) -> exp.Select:
        """The caller's rows of the view's table."""
        found = dict.fromkeys(["metric"] if view.by_metric else [])
        for each in columns:
            found |= dict.fromkeys(IN_EXPRESSION.findall(each.text))
        limits = list(wanted.of_time)
        if view.by_metric:
            inside = [node.name for each in wanted.of_names for node in each.find_all(exp.Column)]
            numbers = _ours("SELECT metric").from_(_as(self._names(inside), NAMED), copy=False)
            numbers = numbers.where(*wanted.of_names, copy=False, dialect=Dialect) if wanted.of_names else numbers
            limits.append(exp.In(this=exp.column("metric"), query=exp.Subquery(this=numbers)))
        return self._own_rows(view, list(found), limits, latest=view.latest and (self.twice or not view.by_metric))

    def _names(self, columns: Iterable[str]) -> exp.Select:
        """The numbers and names of the caller's metrics."""
        return self._own_rows(METRIC_NAMES, ["metric", *dict.fromkeys(columns)], [], latest=True)

    def _own_rows(self, view: View, columns: Sequence[str], limits: list[exp.Expr], *, latest: bool) -> exp.Select:
        final = " FINAL" if latest else ""
        made = _ours(f"SELECT {', '.join(columns)} FROM {self.database}.{view.table}{final}")
        if not self.reach.everything:
            made = made.limit(FENCE, copy=False)
            if not view.by_metric:
                made = made.where(self._is_own(view), copy=False, dialect=Dialect)
        return made.where(*limits, copy=False, dialect=Dialect) if limits else made

    def _is_own(self, view: View) -> str:
        """The condition under which a row is the caller's; nobody owns what belongs to nobody."""
        marks = [f"{column} = {{{PROJECT}: String}}" for column in view.by_project if self.reach.project_id]
        marks += [f"{column} = {{{CREATOR}: String}}" for column in view.by_creator if self.reach.creator]
        return " OR ".join(marks) or "0 = 1"

    def _check_again(self, sql: str) -> None:
        """What the engine is about to get, read once more: every table in it is ours or a query's."""
        tables = {view.table for view in VIEWS.values()}
        for table in sqlglot.parse_one(sql, read=Dialect).find_all(exp.Table):
            ours = table.db == self.database and table.name in tables
            if not ours and (table.db or not table.name.startswith(PREFIX)):
                raise BadRequest(f"the SQL cannot be rewritten safely around {table.name}; say it another way")


def columns_of(text: str) -> list[str] | None:
    """
    The names of the columns that a statement gives; None where it leaves that to the engine.

    Errors  BadRequest as `Narrower.statement`.
    """
    Narrower("checked", Reach()).statement(text)
    selected = read(text).selects
    # Of columns that two tables have the engine calls one by its table, too.
    known = all(
        isinstance(each, exp.Alias) or (isinstance(each, exp.Column) and not each.is_star and not each.table)
        for each in selected
    )
    return [each.alias_or_name for each in selected] if known else None


def _ours(text: str) -> exp.Select:
    """A tree of text that we wrote."""
    made = sqlglot.parse_one(text, read=Dialect)
    assert isinstance(made, exp.Select)
    return made


def _as(query: exp.Select, alias: str) -> exp.Subquery:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias)))


def _with_final(table: exp.Table) -> exp.Expr:
    """The table with the FINAL behind it: views have that of themselves."""
    return table.parent if isinstance(table.parent, exp.Final) else table


def _without_prewhere(tree: exp.Expr) -> None:
    """PREWHERE is for tables; over a view it means the same as WHERE."""
    for select in tree.find_all(exp.Select):
        if clause := select.args.get("prewhere"):
            select.set("prewhere", None)
            select.where(clause.this, copy=False, dialect=Dialect)


def _columns_named(tree: exp.Expr) -> Collection[str] | None:
    """Every name in the statement that a column might have; None when it asks for all columns."""
    for node in tree.find_all(exp.Star, exp.Columns):
        counted = isinstance(node.parent, exp.Anonymous | exp.AnonymousAggFunc) and node.parent.name.lower() == "count"
        if not counted:
            return None
    return {node.name for node in tree.find_all(exp.Identifier)}


def _queries_in_scope(table: exp.Table) -> Iterator[str]:
    """
    The names that WITH gives to queries where the table stands.

    A query of WITH sees those before it, not itself; `WITH 1 AS name` and `WITH (SELECT 1) AS name` name values.
    """
    inside: exp.Expr = table
    while (parent := inside.parent) is not None:
        named: Sequence[exp.Expr] = ()
        if isinstance(parent, exp.With):
            named = parent.expressions[: [id(each) for each in parent.expressions].index(id(inside))]
        elif isinstance(parent, exp.Query) and not isinstance(inside, exp.With):
            named = parent.ctes
        yield from (each.alias for each in named if _is_query(each))
        inside = parent


def _is_query(named: exp.Expr) -> bool:
    return isinstance(named.this, exp.Query) and not named.args.get("scalar")
