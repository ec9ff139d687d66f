# SPDX-License-Identifier: Apache-2.0
"""Resource ids: what stands for itself and what becomes a UUID."""

from uuid import UUID, uuid5

import pytest

from nephoscope.model.errors import BadRequest
from nephoscope.model.resource_id import NAMESPACE, as_uuid, resource_id

SOME = UUID("6868da77-fa82-4e67-aba9-270c5ae8cbca")


@pytest.mark.parametrize("text", [str(SOME), SOME.hex, str(SOME).upper()])
def test_a_uuid_stands_for_itself_whoever_asks(text: str) -> None:
    assert resource_id(text, "admin") == SOME
    assert resource_id(text, None) == SOME


def test_a_name_means_another_resource_for_another_creator() -> None:
    assert resource_id("vm-1", "alice:blue") == uuid5(NAMESPACE, "vm-1\0alice:blue")
    assert resource_id("vm-1", "alice:blue") != resource_id("vm-1", "bob:blue")


def test_names_may_have_289_characters_and_no_more() -> None:
    assert resource_id("é" * 289, "admin").version == 5
    with pytest.raises(BadRequest, match="289"):
        resource_id("é" * 290, "admin")


@pytest.mark.parametrize("text", ["", "a/b", "/", "vm\0", "vm\ud800"])
def test_names_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        resource_id(text, "admin")


@pytest.mark.parametrize("text", ["", "vm", "{6868da77-fa82-4e67-aba9-270c5ae8cbca}", f"urn:uuid:{SOME}", SOME.hex[1:]])
def test_other_spellings_are_no_uuid(text: str) -> None:
    assert as_uuid(text) is None
