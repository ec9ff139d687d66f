# SPDX-License-Identifier: Apache-2.0
"""Archive policy rules: which policy a metric gets that names none."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

import msgspec


class ArchivePolicyRule(msgspec.Struct, frozen=True):
    """`metric_pattern` is a shell glob (`*`, `?`, `[a-z]`), case-sensitive."""

    name: str
    metric_pattern: str
    archive_policy_name: str


def in_order(rules: Iterable[ArchivePolicyRule]) -> list[ArchivePolicyRule]:
    """
    Rules in the order in which they are tried: pattern descending, so that `disk.io.*` comes before `disk.*`; then
    name ascending.
    """
    by_name = sorted(rules, key=lambda rule: rule.name)
    return sorted(by_name, key=lambda rule: rule.metric_pattern, reverse=True)


def matching(rules: Iterable[ArchivePolicyRule], metric_name: str) -> ArchivePolicyRule | None:
    """The first of the ordered `rules` whose pattern matches the metric's name, or None."""
    return next((rule for rule in rules if fnmatchcase(metric_name, rule.metric_pattern)), None)


BUILTIN_RULES = (ArchivePolicyRule(name="default", metric_pattern="*", archive_policy_name="low"),)
