# SPDX-License-Identifier: Apache-2.0
"""Operations written as text with parentheses become the same lists that JSON would hold."""

import re
from typing import Any

from nephoscope.model.errors import BadRequest

# A name with blanks or parentheses can be quoted; a quote inside a bare word is a letter like any other.
TOKEN = re.compile(r"""\s*(?:(?P<open>\()|(?P<close>\))|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s()]+))""")


def read_lists(text: str, max_depth: int, max_tokens: int) -> list[Any]:
    """
    Turn `(aggregate mean (metric a b))` into nested lists of strings.

    Takes   text with exactly one outer pair of parentheses; the deepest nesting and the most parentheses and words
            that are allowed.
    Gives   lists of strings and lists.
    Errors  BadRequest, cause `Invalid operations`: unbalanced, nothing there, text after the end, too deep, too long.

    >>> read_lists("(+ (metric a mean) 5)", 10, 100)
    ['+', ['metric', 'a', 'mean'], '5']
    """
    text = text.rstrip()
    outermost: list[Any] = []
    opened = [outermost]
    position = 0
    while position < len(text):
        token = TOKEN.match(text, position)
        assert token is not None, "a non-blank character is at least a word"
        if len(opened) == 1 and (outermost or token["open"] is None):
            raise _unreadable("expected one '(...)' and nothing around it", token.start(token.lastgroup or 0))
        if (max_tokens := max_tokens - 1) < 0:
            raise _unreadable("too many parentheses and words", position)
        _place(token, opened, max_depth)
        position = token.end()
    if len(opened) > 1:
        raise _unreadable("expected ')', found the end of the text", len(text))
    if not outermost:
        raise _unreadable("expected '(', found the end of the text", len(text))
    lists: list[Any] = outermost[0]
    return lists


def _place(token: re.Match[str], opened: list[list[Any]], max_depth: int) -> None:
    """Put one token where it belongs: a parenthesis changes the innermost open list, a word joins it."""
    if token["open"]:
        if len(opened) > max_depth:
            raise _unreadable(f"nested deeper than {max_depth} parentheses", token.start("open"))
        inner: list[Any] = []
        opened[-1].append(inner)
        opened.append(inner)
    elif token["close"]:
        opened.pop()
    else:
        opened[-1].append(token[token.lastgroup or "word"])


def _unreadable(problem: str, position: int) -> BadRequest:
    return BadRequest(
        "",
        cause="Invalid operations",
        reason="Fail to parse the operations string",
        detail=f"{problem} (at character {position})",
    )
