# SPDX-License-Identifier: Apache-2.0
"""A point in time as bodies and arguments of our own API carry it."""


class Instant(int):
    """
    Nanoseconds since the epoch, UTC.

    On the wire: ISO 8601 text, epoch seconds, or relative to now as in `-6 hours`; see `timestamp.parse`.
    """

    __slots__ = ()
