# SPDX-License-Identifier: Apache-2.0
"""Archive policies, and the rules that give new metrics theirs by name."""

from typing import Annotated

import msgspec
from starlette.routing import BaseRoute

from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.model import timespan
from nephoscope.model.archive_policy import NUMBER_MAX, ArchivePolicy, Definition, definition, resolve_methods
from nephoscope.model.archive_policy_rule import ArchivePolicyRule

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=1e10)]
Count = Annotated[int, msgspec.Meta(ge=1, le=NUMBER_MAX)]
BackWindow = Annotated[int, msgspec.Meta(ge=0, le=NUMBER_MAX)]


class DefinitionView(msgspec.Struct):
    """One granularity and how long its aggregates are kept; null for ever."""

    granularity_s: float
    points: int | None
    timespan_s: float | None


class PolicyView(msgspec.Struct):
    """A policy, finest granularity first, and how many metrics are under it."""

    name: str
    back_window: int
    methods: list[str]
    definition: list[DefinitionView]
    metrics: int


class Policies(msgspec.Struct):
    """All policies, by name."""

    policies: list[PolicyView]


class DefinitionDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A granularity with either points or a timespan; with neither, it is kept for ever."""

    granularity_s: Seconds | None = None
    points: Count | None = None
    timespan_s: Seconds | None = None


Definitions = Annotated[list[DefinitionDraft], msgspec.Meta(min_length=1, max_length=100)]


class PolicyDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A policy to be made; without methods it keeps mean, min, max, sum, std and count."""

    name: Name
    definition: Definitions
    methods: Annotated[list[Name], msgspec.Meta(max_length=500)] = []
    back_window: BackWindow = 0


class PolicyPatch(msgspec.Struct, forbid_unknown_fields=True):
    """Other retention of the same granularities, perhaps another back window."""

    definition: Definitions
    back_window: BackWindow | None = None


class RuleView(msgspec.Struct):
    """New metrics whose name matches the pattern (`*` stands for anything) get the policy."""

    name: str
    metric_pattern: str
    archive_policy_name: str


class Rules(msgspec.Struct):
    """All rules, in the order in which they are tried."""

    rules: list[RuleView]


class RuleDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A rule to be made."""

    name: Name
    metric_pattern: Name
    archive_policy_name: Name


def list_policies(call: Call) -> Policies:
    """What is kept of metrics, how fine and how long."""
    counts = call.parts.index.metrics.count_by_policy()
    return Policies([_shown(each, counts.get(each.name, 0)) for each in call.parts.index.archive_policies.list_all()])


def create_policy(call: Call, body: PolicyDraft) -> PolicyView:
    """Make a policy."""
    policy = ArchivePolicy(body.name, body.back_window, _definitions(body.definition), resolve_methods(body.methods))
    made = call.parts.index.archive_policies.create(policy, by=call.actor)
    call.parts.catalog.forget_policies()
    return _shown(made, 0)


def show_policy(call: Call) -> PolicyView:
    """One policy."""
    return _with_count(call, call.parts.index.archive_policies.get(call.segment("name")))


def change_policy(call: Call, body: PolicyPatch) -> PolicyView:
    """Keep aggregates for a longer or shorter time."""
    name, definitions = call.segment("name"), _definitions(body.definition)
    changed = call.parts.index.archive_policies.change(name, definitions, body.back_window, by=call.actor)
    call.parts.catalog.forget_policies()
    return _with_count(call, changed)


def delete_policy(call: Call) -> None:
    """Delete a policy that neither a metric nor a rule refers to."""
    call.parts.index.archive_policies.delete(call.segment("name"), by=call.actor)
    call.parts.catalog.forget_policies()


def list_rules(call: Call) -> Rules:
    """Which policy new metrics get by their names."""
    return Rules([_rule(each) for each in call.parts.index.rules.list_all()])


def create_rule(call: Call, body: RuleDraft) -> RuleView:
    """Make a rule."""
    rule = ArchivePolicyRule(body.name, body.metric_pattern, body.archive_policy_name)
    return _rule(call.parts.index.rules.create(rule, by=call.actor))


def delete_rule(call: Call) -> None:
    """Delete a rule; the metrics that it gave a policy keep it."""
    call.parts.index.rules.delete(call.segment("name"), by=call.actor)


def _definitions(drafts: list[DefinitionDraft]) -> tuple[Definition, ...]:
    return tuple(definition(_ns(each.granularity_s), each.points, _ns(each.timespan_s)) for each in drafts)


def _ns(seconds: float | None) -> int | None:
    return None if seconds is None else timespan.parse(seconds)


def _with_count(call: Call, policy: ArchivePolicy) -> PolicyView:
    return _shown(policy, call.parts.index.metrics.count_by_policy().get(policy.name, 0))


def _shown(policy: ArchivePolicy, metrics: int) -> PolicyView:
    definitions = sorted(policy.definition, key=lambda each: each.granularity_ns)
    return PolicyView(
        name=policy.name,
        back_window=policy.back_window,
        methods=sorted(policy.aggregation_methods),
        definition=[
            DefinitionView(
                timespan.seconds(each.granularity_ns),
                each.points,
                None if each.timespan_ns is None else timespan.seconds(each.timespan_ns),
            )
            for each in definitions
        ],
        metrics=metrics,
    )


def _rule(rule: ArchivePolicyRule) -> RuleView:
    return RuleView(rule.name, rule.metric_pattern, rule.archive_policy_name)


def routes() -> list[BaseRoute]:
    """The pages of this module; names may hold slashes."""
    return [
        at(
            "/v1/archive-policies",
            GET=operation(list_policies, "list archive policy"),
            POST=operation(create_policy, "create archive policy", 201),
        ),
        at(
            "/v1/archive-policies/{name:path}",
            GET=operation(show_policy, "get archive policy"),
            PATCH=operation(change_policy, "update archive policy"),
            DELETE=operation(delete_policy, "delete archive policy", 204),
        ),
        at(
            "/v1/archive-policy-rules",
            GET=operation(list_rules, "list archive policy rule"),
            POST=operation(create_rule, "create archive policy rule", 201),
        ),
        at("/v1/archive-policy-rules/{name:path}", DELETE=operation(delete_rule, "delete archive policy rule", 204)),
    ]
