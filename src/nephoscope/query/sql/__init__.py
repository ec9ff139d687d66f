# SPDX-License-Identifier: Apache-2.0
"""
SQL from outside, on its way to the engine.

    parse      text to a tree, each function as it was typed
    allow      nothing but known kinds of nodes and the functions of `functions`
    narrow     each of the `views` a query of nothing but the caller's rows, with what `push` repeats inside
    statements run, watched, cancelled; answers and messages
"""
