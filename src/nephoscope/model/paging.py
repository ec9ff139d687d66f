# SPDX-License-Identifier: Apache-2.0
"""Pages of a listing: how many items, after which one, in which order."""

import msgspec


class Sort(msgspec.Struct, frozen=True):
    """One key to sort by; unset values count as smaller than any other."""

    key: str
    descending: bool = False


class Page(msgspec.Struct, frozen=True):
    """
    The `limit` items after the one that `marker` names: an id, in history listings `id@revision`.

    No `sort` means the listing's default order; the unique key is always appended as the last.
    """

    limit: int = 1000
    marker: str | None = None
    sort: tuple[Sort, ...] = ()
