# SPDX-License-Identifier: Apache-2.0
"""The words of the operations that work value by value, each with its numpy function."""

from collections.abc import Callable
from typing import Any

import numpy as np

# Numbers or matrices in, the same out; comparisons give booleans that the caller turns to 1.0 and 0.0.
Function = Callable[..., Any]


def _words(function: Function, *words: str) -> dict[str, Function]:
    return dict.fromkeys(words, function)


COMPARISONS: dict[str, Function] = {
    **_words(np.equal, "=", "==", "eq"),
    **_words(np.less, "<", "lt"),
    **_words(np.greater, ">", "gt"),
    **_words(np.less_equal, "<=", "≤", "le"),
    **_words(np.greater_equal, ">=", "≥", "ge"),
    **_words(np.not_equal, "!=", "≠", "ne"),
}

ARITHMETIC: dict[str, Function] = {
    **_words(np.mod, "%", "mod"),
    **_words(np.add, "+", "add"),
    **_words(np.subtract, "-", "sub"),
    **_words(np.multiply, "*", "×", "mul"),
    **_words(np.true_divide, "/", "÷", "div"),
    **_words(np.power, "**", "^", "pow"),
}

BINARY: dict[str, Function] = {
    **COMPARISONS,
    **ARITHMETIC,
    "clip_min": np.maximum,
    "clip_max": np.minimum,
    # Unlike clip_min this one takes the other operand where one is missing.
    "max": np.fmax,
}

UNARY: dict[str, Function] = {
    **_words(np.absolute, "abs", "absolute"),
    **_words(np.negative, "neg", "negative"),
    "cos": np.cos,
    "sin": np.sin,
    "tan": np.tan,
    "floor": np.floor,
    "ceil": np.ceil,
}

# These look at a row and the one before it, so they need times and not only values.
RATES = ("rateofchange", "rateofchangesec")
