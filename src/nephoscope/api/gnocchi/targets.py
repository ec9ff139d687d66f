# SPDX-License-Identifier: Apache-2.0
"""What the policy's rules see of the things they judge, and how lists are narrowed to what a caller may see."""

from nephoscope.api.auth.policy import Reach
from nephoscope.api.auth.targets import resource_target
from nephoscope.api.caller import Caller
from nephoscope.api.gnocchi.call import Call
from nephoscope.model.metric import Metric
from nephoscope.model.resource import Resource
from nephoscope.model.search import EVERYTHING, Compare, Or, Search


def metric_target(metric: Metric, resource: Resource | None) -> dict[str, str | None]:
    """The fields of a metric that rules may look at, those of its resource with `resource.` in front."""
    of = {} if resource is None else {f"resource.{key}": value for key, value in resource_target(resource).items()}
    return {
        "id": str(metric.id),
        "creator": metric.creator,
        "created_by_user_id": metric.created_by_user_id,
        "created_by_project_id": metric.created_by_project_id,
        "archive_policy_name": metric.archive_policy_name,
        "name": metric.name,
        "unit": metric.unit,
        **of,
    }


def visible_resources(call: Call, rule: str, type_name: str, *, always: bool = False) -> Search:
    """
    The search that leaves only the resources that `rule` lets the caller see.

    In modes that do not narrow lists it leaves everything, unless `always`. Raises Forbidden when nothing would be
    left.
    """
    if not (call.caller.narrowed or always):
        return EVERYTHING
    reach = call.parts.policy.reach(rule, call.caller, {"resource_type": type_name})
    return _narrowed(reach, call.caller, "project_id")


def visible_metrics(call: Call, rule: str) -> Search:
    """As `visible_resources`, for metrics."""
    if not call.caller.narrowed:
        return EVERYTHING
    reach = call.parts.policy.reach(rule, call.caller, {}, "resource.project_id")
    return _narrowed(reach, call.caller, "resource.project_id")


def _narrowed(reach: Reach, caller: Caller, project_field: str) -> Search:
    if reach.everything:
        return EVERYTHING
    marks: list[Search] = []
    if reach.same_project:
        marks.append(Compare("eq", project_field, caller.project_id))
    if reach.own_creation:
        marks.append(Compare("eq", "creator", caller.creator))
    if reach.project_creation:
        marks.append(Compare("eq", "created_by_project_id", caller.project_id))
    return Or(tuple(marks))
