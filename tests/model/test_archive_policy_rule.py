# SPDX-License-Identifier: Apache-2.0
"""Rules: the order in which they are tried, and what their patterns match."""

import pytest

from nephoscope.model.archive_policy_rule import ArchivePolicyRule, in_order, matching


def rules(*patterns: str) -> list[ArchivePolicyRule]:
    return in_order(ArchivePolicyRule(f"rule {pattern}", pattern, f"policy {pattern}") for pattern in patterns)


def test_longer_patterns_of_a_common_prefix_come_first() -> None:
    expected = ["disk.io.*", "disk.*", "cpu", "*"]
    assert expected == [rule.metric_pattern for rule in rules("*", "disk.*", "cpu", "disk.io.*")]


def test_rules_of_one_pattern_go_by_name() -> None:
    twins = [ArchivePolicyRule(name, "*", "low") for name in ("b", "a", "c")]
    assert [rule.name for rule in in_order(twins)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("expected", "metric_name"),
    [("disk.io.*", "disk.io.rate"), ("disk.*", "disk.size"), ("*", "DISK.io.rate"), ("vm[0-9]?", "vm1x"), ("*", "")],
)
def test_the_first_match_wins_and_case_matters(expected: str, metric_name: str) -> None:
    found = matching(rules("*", "disk.*", "disk.io.*", "vm[0-9]?"), metric_name)
    assert found is not None
    assert expected == found.metric_pattern


def test_no_match_is_none() -> None:
    assert matching(rules("disk.*"), "cpu") is None
