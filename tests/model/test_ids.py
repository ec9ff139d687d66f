# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Ids are UUIDs, each another, whoever seeds the random numbers of everybody."""

import random
from uuid import UUID

from nephoscope.model.ids import random_uuid


def test_an_id_is_a_uuid_of_version_4() -> None:
    found = UUID(random_uuid())
    assert (4, "specified in RFC 4122") == (found.version, found.variant)


def test_each_is_another() -> None:
    found = set()
    for _ in range(1000):
        random.seed(1)
        found.add(random_uuid())
    assert 1000 == len(found)
