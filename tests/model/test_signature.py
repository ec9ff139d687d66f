# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""Signatures of samples on the bus, against text that was put together by hand."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.signature import signature, verified

SAMPLE = {
    "counter_name": "cpu",
    "counter_volume": 1.5,
    "user_id": None,
    "resource_metadata": {"flavor": {"vcpus": 2, "name": "m1"}, "tags": ["é", 1, {"b": "x", "a": [True]}], "up": True},
    "message_signature": "of another",
}
# Key and text of each value by turns, keys sorted, maps flattened, texts in lists as bytes.
BY_HAND = (
    "counter_name" "cpu"
    "counter_volume" "1.5"
    "resource_metadata:flavor:name" "m1"
    "resource_metadata:flavor:vcpus" "2"
    "resource_metadata:tags" "[b'\\xc3\\xa9', 1, {b'a': [True], b'b': b'x'}]"
    "resource_metadata:up" "True"
    "user_id" "None"
)  # fmt: skip
# printf %s "$BY_HAND" | openssl dgst -sha256 -hmac s3cret
BY_OPENSSL = "459495d3306f380544325aa4bf8688c7243ade7a9d5e6464e6ae6a1484efb966"


def test_the_signature_is_the_mac_of_sorted_keys_and_their_values_texts() -> None:
    assert hmac.new(b"s3cret", BY_HAND.encode(), "sha256").hexdigest() == signature(SAMPLE, "s3cret")
    assert BY_OPENSSL == signature(SAMPLE, "s3cret")


def test_without_a_secret_nothing_is_signed_and_everything_believed() -> None:
    assert "" == signature(SAMPLE, "")
    assert verified(SAMPLE, "")


@pytest.mark.parametrize("carried", [None, 7, "", "of another"])
def test_what_carries_no_good_signature_is_not_believed(carried: object) -> None:
    assert not verified({**SAMPLE, "message_signature": carried}, "s3cret")
    assert not verified({"counter_name": "cpu"}, "s3cret")


TEXTS = st.text(max_size=5)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
NESTED = st.recursive(PLAIN, lambda each: st.lists(each) | st.dictionaries(TEXTS, each), max_leaves=6)
MAPS = st.dictionaries(TEXTS, NESTED, min_size=1, max_size=4)


@given(MAPS, st.text(min_size=1))
def test_a_signed_sample_is_believed_in_any_order_of_its_keys_until_it_is_changed(
    sample: dict[str, object], secret: str
) -> None:
    signed = {**sample, "message_signature": signature(sample, secret)}
    assert verified(dict(reversed(signed.items())), secret)
    assert not verified({**signed, "added": "later"} if "added" not in signed else {}, secret)
    assert not verified(signed, secret + "x")
