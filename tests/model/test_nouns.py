# SPDX-License-Identifier: Apache-2.0
"""Metrics, resources and texts: what each knows about itself."""

import doctest
import hashlib
import importlib
from uuid import UUID

import pytest

from nephoscope.model.creator import created_by
from nephoscope.model.errors import BadRequest
from nephoscope.model.metric import Metric, check_name, check_unit
from nephoscope.model.resource import Resource
from nephoscope.model.text import check_length, is_storable, made_storable

SOME = UUID("6868da77-fa82-4e67-aba9-270c5ae8cbca")


def test_a_creator_is_a_user_and_perhaps_a_project() -> None:
    assert created_by("alice:blue:1") == ("alice", "blue:1")
    assert created_by(":blue") == ("", "blue")
    metric = Metric(SOME, 1, "cpu", None, "alice:blue", None, "low")
    assert (metric.created_by_user_id, metric.created_by_project_id) == ("alice", "blue")


def test_the_etag_is_made_of_the_id_and_the_start_of_the_revision() -> None:
    resource = Resource(SOME, "vm", "generic", "admin", None, None, 0, None, 1_735_689_600_000_000_000)
    expected = hashlib.sha1(f"{SOME}2025-01-01T00:00:00+00:00".encode()).hexdigest()
    assert expected == resource.etag
    assert (resource.created_by_user_id, resource.created_by_project_id) == ("admin", "")


def test_metric_names_and_units_keep_their_rules() -> None:
    check_name("disk.io@x=y")
    check_unit("B" * 31)
    with pytest.raises(BadRequest, match=r"^'/' is not supported in metric name$"):
        check_name("a/b")
    for name in ("", "a" * 256, "a\0"):
        with pytest.raises(BadRequest):
            check_name(name)
    for unit in ("B" * 32, "\0"):
        with pytest.raises(BadRequest):
            check_unit(unit)


def test_texts_are_storable_unless_a_database_would_refuse_them() -> None:
    assert is_storable("größe 🐍")
    assert not is_storable("a\0")
    assert not is_storable("\udfff")
    assert is_storable(made_storable("a\0 \udfff"))
    check_length("name", None)
    check_length("name", "", length_min=0)
    with pytest.raises(BadRequest, match="name: 1 to 3 characters"):
        check_length("name", "abcd", 3)


@pytest.mark.parametrize(
    "module",
    [
        *("action_url", "alarm_body", "archive_policy", "creator", "resource_id", "search", "search_text", "text"),
        *("timespan", "timestamp"),
    ],
)
def test_worked_values_in_docstrings_are_right(module: str) -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    tried = doctest.testmod(importlib.import_module(f"nephoscope.model.{module}"), optionflags=flags)
    assert tried.attempted > 0
    assert tried.failed == 0
