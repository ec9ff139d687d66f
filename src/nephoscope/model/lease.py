# SPDX-License-Identifier: Apache-2.0
"""Leases: which node does a piece of periodic work."""

import msgspec


class Lease(msgspec.Struct, frozen=True):
    """
    `holder` owns the work `name` until `until_ns`.

    `fencing` grows with every change of owner: whoever writes results under a lease writes the number with them, so
    that an owner that slept through its lease can be told from its successor.
    """

    name: str
    holder: str
    until_ns: int
    fencing: int
