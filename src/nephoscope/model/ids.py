# SPDX-License-Identifier: Apache-2.0
"""Ids that nobody has to guess at and nobody is kept from guessing."""

from random import Random
from uuid import UUID

# Seeded by the kernel, once, and by nobody else.
_random = Random()  # noqa: S311 - what has to be secret is made elsewhere


def random_uuid() -> str:
    """
    A new UUID of version 4, for ids by the thousand that protect nothing.

    `uuid4` asks the kernel for each, and lets all other threads in meanwhile.
    """
    return str(UUID(int=_random.getrandbits(128), version=4))
