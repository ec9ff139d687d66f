# SPDX-License-Identifier: Apache-2.0
"""SQL text to a tree and back, with every function as it was typed, and places for messages."""

import logging
from typing import Any, ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.parsers.clickhouse import ClickHouseParser

from nephoscope.model.errors import BadRequest

# The parser warns of what it does not know and reads on; here that is refused.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

LENGTH_MAX = 100_000
DEPTH_MAX = 100
# Those whose arguments have a grammar of their own; all others are read as names with arguments.
FORMS = ("AND", "CAST", "COLUMNS", "EXTRACT", "OR", "POSITION", "SUBSTRING", "TRIM", "XOR")


class Dialect(ClickHouse):
    """The engine's dialect, in which no function is turned into another one of the same meaning."""

    class Parser(ClickHouseParser):
        """Knows no functions but those with a grammar of their own."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {name: ClickHouseParser.FUNCTION_PARSERS[name] for name in FORMS}


def read(text: str) -> exp.Query:
    """The tree of one SELECT, WITH and UNION included; BadRequest says what else it is, and where."""
    if len(text) > LENGTH_MAX:
        raise BadRequest(f"the statement has {len(text)} characters; at most {LENGTH_MAX} are read")
    try:
        _check_depth(text)
        trees = [tree for tree in sqlglot.parse(text, read=Dialect) if not isinstance(tree, exp.Semicolon)]
    except ParseError as error:
        raise BadRequest(_said(text, error)) from None
    except RecursionError:
        raise BadRequest("the statement is nested too deeply") from None
    except SqlglotError as error:
        raise BadRequest(f"the SQL cannot be read: {(str(error).splitlines() or ['?'])[0]}") from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise BadRequest("give one SELECT statement")
    return trees[0]


def written(tree: exp.Expr) -> str:
    """The tree as text for the engine, without comments."""
    try:
        return tree.sql(dialect=Dialect, comments=False)
    except (SqlglotError, RecursionError):
        raise BadRequest("the statement is nested too deeply, or it cannot be written for the engine") from None


def place(text: str, node: exp.Expr) -> str:
    """` (line 1, column 8)`, where a part of the tree stands in the text; nothing where that is not known."""
    starts = [each.meta["start"] for each in node.walk() if "start" in each.meta]
    return place_of(text, min(starts)) if starts else ""


def place_of(text: str, offset: int) -> str:
    """` (line 1, column 8)` for an offset into the text."""
    before = text[:offset]
    return f" (line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))})"


def _check_depth(text: str) -> None:
    """Refuse what would keep the parser busy for long: it tries brackets in several ways, each level anew."""
    depth = 0
    for token in sqlglot.tokenize(text, read=Dialect):
        if token.text in {"(", "[", "{"}:
            depth += 1
            if depth > DEPTH_MAX:
                raise BadRequest(
                    f"the statement is nested deeper than {DEPTH_MAX} brackets{place_of(text, token.start)}"
                )
        elif token.text in {")", "]", "}"}:
            depth -= 1


def _said(text: str, error: ParseError) -> str:
    """What the parser says, on one line."""
    first = error.errors[0] if error.errors else {}
    description, near = first.get("description"), first.get("highlight")
    if description and description.startswith("Required keyword"):
        description = "something is missing"
    if not description:
        return f"the SQL cannot be read: {(str(error).splitlines() or ['?'])[0]}"
    line, column = first.get("line") or 1, first.get("col") or 1
    behind = f" near {near!r}" if near else ""
    return f"the SQL cannot be read: {description.rstrip('.')}{behind} (line {line}, column {column})"
