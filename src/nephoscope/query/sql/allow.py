# SPDX-License-Identifier: Apache-2.0
"""What a statement from outside may be made of: kinds of nodes, functions and names that are known to do no harm."""

import re

from sqlglot import exp

from nephoscope.model.errors import BadRequest
from nephoscope.query.sql.functions import HIGHER_ORDER, is_allowed
from nephoscope.query.sql.parse import place

# In other quotes, and other engines' rules for them, these could end a name early.
NOT_IN_NAMES = re.compile(r"[\\\"'`\x00-\x1f]")

CALLS = (
    *(exp.Anonymous, exp.AnonymousAggFunc, exp.ParameterizedAgg, exp.CombinedAggFunc),
    exp.CombinedParameterizedAgg,
)
# Whatever is not here is refused, whether anybody thought of it or not.
NODES: frozenset[type[exp.Expr]] = frozenset(
    (
        *(exp.Select, exp.Union, exp.Except, exp.Intersect, exp.Subquery, exp.With, exp.CTE, exp.From, exp.Join),
        *(exp.Table, exp.TableAlias, exp.Final, exp.Star, exp.Column, exp.Columns, exp.Identifier, exp.Alias, exp.Dot),
        *(exp.Where, exp.PreWhere, exp.Group, exp.Having, exp.Qualify, exp.Order, exp.Ordered, exp.WithFill),
        *(exp.Limit, exp.Offset, exp.LimitOptions, exp.Distinct, exp.Cube, exp.Rollup, exp.GroupingSets),
        *(exp.Window, exp.WindowSpec, exp.Filter, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Tuple, exp.Array),
        *(exp.Bracket, exp.Lambda, exp.Var, exp.Interval, exp.DataType, exp.DataTypeParam, exp.Pseudocolumn),
        *(exp.Cast, exp.Case, exp.If, exp.Extract, exp.Substring, exp.Trim, exp.StrPosition, exp.Concat),
        *(exp.And, exp.Or, exp.Xor, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is),
        *(exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In, exp.Exists, exp.Like, exp.ILike),
        *(exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.DPipe, exp.Collate),
        *(exp.Slice, exp.Apply, exp.CurrentDate, *CALLS),
    )
)
# Parts of a SELECT that sqlglot keeps beside its nodes, with what to do instead.
REFUSED_PARTS = {
    "settings": "SETTINGS is not allowed",
    "format": "FORMAT is not allowed; the answer is JSON",
    "into": "INTO is not allowed",
    "sample": "SAMPLE is not allowed",
    "hint": "hints are not allowed",
    "locks": "FOR UPDATE is not allowed",
    "pivots": "PIVOT is not allowed",
    "laterals": "LATERAL is not allowed",
}


def check(tree: exp.Expr, text: str) -> None:
    """BadRequest, with its place in the text, for the first part of the tree that is not allowed."""
    for node in tree.walk():
        if refusal := _refusal(node):
            raise BadRequest(refusal + place(text, node))


def _refusal(node: exp.Expr) -> str:
    """Why a node is not allowed; nothing when it is."""
    if type(node) not in NODES:
        return _of_kind(node)
    for key, told in REFUSED_PARTS.items():
        if node.args.get(key):
            return told
    if isinstance(node, CALLS):
        return _of_call(node)
    if isinstance(node, exp.Apply):
        return _of_function(node.expression)
    return _of_form(node)


def _of_form(node: exp.Expr) -> str:
    told = ""
    match node:
        case exp.Identifier() if NOT_IN_NAMES.search(node.name):
            told = f"name {node.name!r}: quotes, backslashes and control characters are not allowed in names"
        case exp.With() if node.args.get("recursive"):
            told = "WITH RECURSIVE is not allowed"
        case exp.Group() if node.args.get("totals"):
            told = "WITH TOTALS is not allowed; WITH ROLLUP gives the same rows"
        case exp.Join() if node.args.get("method"):
            told = f"a {node.args['method']} join is not allowed; say ON or USING"
        case exp.In() if _names_a_table(node):
            told = "after IN give a list of values or a SELECT in brackets"
    return told


def _of_kind(node: exp.Expr) -> str:
    if isinstance(node, exp.Func):
        return f"function {node.sql_name()} is not allowed"
    if isinstance(node, exp.Placeholder | exp.Parameter | exp.SessionParameter):
        return "parameters are not allowed; write the value"
    return f"{type(node).__name__} is not allowed here"


def _of_call(node: exp.Expr) -> str:
    name = node.name
    if not is_allowed(name):
        return f"function {name} is not allowed"
    arguments = node.expressions
    if name.lower() in HIGHER_ORDER and len(arguments) > 1:
        return _of_function(arguments[0])
    return ""


def _of_function(node: exp.Expr) -> str:
    """Why a node cannot stand where the engine wants a function: a lambda, or a name that it looks up."""
    if isinstance(node, exp.Lambda):
        return ""
    bare = isinstance(node, exp.Column | exp.Var | exp.Identifier | exp.Anonymous) and not getattr(node, "table", "")
    if bare and is_allowed(node.name):
        return ""
    return f"function {node.name or node.sql()} is not allowed; give a lambda, as in x -> x + 1"


def _names_a_table(node: exp.In) -> bool:
    """Whether a bare name stands after IN, which the engine takes for a table's."""
    listed = node.expressions
    field = node.args.get("field") or (listed[0] if len(listed) == 1 else None)
    return field is not None and isinstance(field.unnest(), (exp.Column, exp.Dot, exp.Identifier, exp.Table))
