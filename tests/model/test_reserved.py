# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Users' metadata that go with samples."""

from nephoscope.model.reserved import Reserved


def test_keys_of_the_namespace_lose_it_and_their_dots() -> None:
    found = Reserved().of({"metering.server_group": "g", "metering.team.name": "shop", "role": "frontend"})
    assert {"server_group": "g", "team_name": "shop"} == found


def test_exact_keys_are_kept_beside_other_namespaces() -> None:
    reserved = Reserved(("bill.", "cost."), ("role.name",))
    found = reserved.of({"bill.a": 1, "cost.b": 2, "role.name": "x", "role": "y", "metering.c": 3})
    assert {"a": 1, "b": 2, "role_name": "x"} == found


def test_texts_are_cut_at_256_signs() -> None:
    assert {"a": "x" * 256} == Reserved().of({"metering.a": "x" * 300})


def test_a_name_that_is_taken_stays_with_who_has_it() -> None:
    assert {"b": "2"} == Reserved().of({"metering.host": "1", "metering.b": "2"}, {"host": "cn-1"})
