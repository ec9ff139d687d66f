# SPDX-License-Identifier: Apache-2.0
"""Text that no log or message shows."""


class Secret(str):
    """A text of which `repr` is stars, so that records that hold it can be printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"
