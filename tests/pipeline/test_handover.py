# SPDX-License-Identifier: Apache-2.0

"""What travels between agents comes out as it went in, and anything else is refused."""

import zlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nephoscope.model.errors import BadPayload
from nephoscope.pipeline.handover import packed, unpacked


@given(st.dictionaries(st.text(), st.binary()))
def test_it_comes_out_as_it_went_in(pages: dict[str, bytes]) -> None:
    assert pages == unpacked(packed(pages))


@given(st.binary())
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(BadPayload):
        unpacked(body)


@pytest.mark.parametrize("value", [7, {"a": 1}, {"a": [b"page"]}, {1: b"page"}])
def test_what_is_packed_but_of_another_shape_is_refused(value: object) -> None:
    with pytest.raises(BadPayload):
        unpacked(zlib.compress(msgspec.msgpack.encode(value)))
