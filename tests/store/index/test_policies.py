# SPDX-License-Identifier: Apache-2.0
"""Archive policies and rules in the index."""

import pytest

from nephoscope.model.archive_policy import DEFAULT_METHODS, ArchivePolicy, builtin_policies, definition
from nephoscope.model.archive_policy_rule import ArchivePolicyRule
from nephoscope.model.errors import BadRequest, Conflict, InUse, NotFound
from nephoscope.model.search import equal
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.store.index.samples import make_metric

MINUTE = 60 * 10**9
KEEP = ArchivePolicy(
    "keep", 2, (definition(10 * MINUTE), definition(MINUTE, 10)), frozenset(["rate:mean", "95pct", "mean"])
)


def test_a_policy_is_read_back_as_it_was_made(index: Index) -> None:
    assert index.archive_policies.create(KEEP) == KEEP
    assert index.archive_policies.get("keep") == KEEP
    assert [each.name for each in index.archive_policies.list_all()] == ["bool", "high", "keep", "low", "medium"]


def test_a_name_is_given_once(index: Index) -> None:
    index.archive_policies.create(KEEP)
    with pytest.raises(Conflict, match=r"^Archive policy keep already exists$"):
        index.archive_policies.create(KEEP)


def test_a_policy_whose_parts_do_not_fit_is_not_kept(index: Index) -> None:
    with pytest.raises(BadRequest):
        index.archive_policies.create(ArchivePolicy("bad", 0, (), frozenset(["mean"])))
    for name in ("", "a" * 256, "a\0"):
        with pytest.raises(BadRequest):
            index.archive_policies.create(ArchivePolicy(name, 0, KEEP.definition, KEEP.aggregation_methods))
    assert len(index.archive_policies.list_all()) == 4


def test_an_unknown_policy_is_not_found(index: Index) -> None:
    with pytest.raises(NotFound, match=r"^Archive policy nope does not exist$"):
        index.archive_policies.get("nope")
    with pytest.raises(NotFound):
        index.archive_policies.change("nope", KEEP.definition)
    with pytest.raises(NotFound):
        index.archive_policies.delete("nope")


def test_retention_changes_and_the_rest_stays(index: Index) -> None:
    index.archive_policies.create(KEEP)
    longer = (definition(10 * MINUTE, 7), definition(MINUTE))
    expected = ArchivePolicy("keep", 2, longer, KEEP.aggregation_methods)
    assert expected == index.archive_policies.change("keep", longer)
    assert expected == index.archive_policies.get("keep")
    assert index.archive_policies.change("keep", longer, 0).back_window == 0
    with pytest.raises(BadRequest, match="Cannot add or drop granularities"):
        index.archive_policies.change("keep", longer[:1])


def test_a_policy_in_use_stays(index: Index) -> None:
    index.archive_policies.create(KEEP)
    metric = make_metric(index, archive_policy_name="keep")
    with pytest.raises(InUse, match="Archive policy keep is still in use"):
        index.archive_policies.delete("keep")
    index.rules.create(ArchivePolicyRule("r", "x*", "keep"))
    index.metrics.delete([metric.id])
    with pytest.raises(InUse):
        index.archive_policies.delete("keep")
    index.rules.delete("r")
    index.archive_policies.delete("keep")
    with pytest.raises(NotFound):
        index.archive_policies.get("keep")


def test_deleted_metrics_of_a_policy_that_is_gone_still_wait_to_be_forgotten(index: Index) -> None:
    index.archive_policies.create(KEEP)
    metric = make_metric(index, archive_policy_name="keep")
    index.metrics.delete([metric.id])
    index.archive_policies.delete("keep")
    assert [(metric.id, "")] == [(each.id, each.archive_policy_name) for each in index.metrics.deleted(10)]
    assert index.metrics.find(equal("status", "delete")) == []
    assert index.metrics.forget([metric.id]) == 1


def test_built_ins_are_installed_once_in_a_life(index: Index) -> None:
    assert sorted(builtin_policies(), key=lambda each: each.name) == index.archive_policies.list_all()
    index.rules.delete("default")
    index.archive_policies.delete("low")
    assert index.install_builtins() is False
    assert [each.name for each in index.archive_policies.list_all()] == ["bool", "high", "medium"]


def test_rules_are_tried_by_pattern_descending(index: Index) -> None:
    index.rules.create(ArchivePolicyRule("wide", "disk.*", "medium"))
    index.rules.create(ArchivePolicyRule("narrow", "disk.io.*", "high"))
    index.rules.create(ArchivePolicyRule("a", "disk.*", "bool"))
    assert [each.name for each in index.rules.list_all()] == ["narrow", "a", "wide", "default"]
    assert index.rules.match("disk.io.rate").archive_policy_name == "high"
    assert index.rules.match("disk.size").archive_policy_name == "bool"
    assert index.rules.match(None).archive_policy_name == "low"


def test_no_rule_is_told_with_the_metrics_name(index: Index) -> None:
    index.rules.delete("default")
    expected = "No archive policy name specified and no archive policy rule found matching the metric name cpu"
    with pytest.raises(BadRequest) as refused:
        index.rules.match("cpu")
    assert expected == refused.value.message


def test_rules_are_renamed_unless_the_name_is_taken(index: Index) -> None:
    index.rules.create(ArchivePolicyRule("r", "x*", "low"))
    assert index.rules.rename("r", "s") == ArchivePolicyRule("s", "x*", "low")
    assert index.rules.get("s") == ArchivePolicyRule("s", "x*", "low")
    assert index.rules.rename("s", "s").name == "s"
    with pytest.raises(BadRequest, match=r"^Archive policy rule default already exists$"):
        index.rules.rename("s", "default")
    with pytest.raises(NotFound):
        index.rules.rename("r", "t")


def test_rules_need_a_policy_and_a_name_of_their_own(index: Index) -> None:
    with pytest.raises(BadRequest, match=r"^Archive policy nope does not exist$"):
        index.rules.create(ArchivePolicyRule("r", "x*", "nope"))
    with pytest.raises(Conflict):
        index.rules.create(ArchivePolicyRule("default", "x*", "low"))
    with pytest.raises(NotFound, match=r"^Archive policy rule r does not exist$"):
        index.rules.get("r")
    with pytest.raises(NotFound):
        index.rules.delete("r")


def test_the_default_methods_of_an_installation_are_its_own(index_url: str) -> None:
    opened = open_index(index_url)
    opened.upgrade()
    opened.install_builtins(["mean", "last"])
    assert {"mean", "last"} == opened.archive_policies.get("low").aggregation_methods != DEFAULT_METHODS
    opened.close()
