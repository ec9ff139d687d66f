# SPDX-License-Identifier: Apache-2.0
"""`/api/v1/scaling/groups`: groups of members whose number follows the load, their members, and what was decided."""

import secrets
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import replace
from starlette.routing import BaseRoute

from nephoscope.act.scale.signals import Signals
from nephoscope.api.native.call import Call
from nephoscope.api.native.operation import at, operation
from nephoscope.api.native.scaling_views import (
    DecisionView,
    GroupDetail,
    GroupView,
    Limit,
    MemberView,
    Name,
    changeable_group,
    decision_view,
    detail,
    group_view,
    member_view,
    visible_group,
    visible_groups,
)
from nephoscope.model.errors import BadRequest, Conflict, NotFound
from nephoscope.model.paging import Page
from nephoscope.model.scaling import (
    SIZE_MAX,
    Cause,
    ScalingGroup,
    Verdict,
    check_desired,
    check_group,
    with_secrets,
)
from nephoscope.model.search import all_of, equal

Size = Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
NOT_LOOKED = "its members have not been looked at yet"


class GroupsQuery(msgspec.Struct):
    """Groups of one project, of one actuator, in order by name; `marker` is a `next`."""

    project: Name = ""
    actuator: Name = ""
    limit: Limit = 100
    marker: Name = ""


class GroupList(msgspec.Struct):
    """A page of groups, and the marker of the next one."""

    groups: list[GroupView]
    next: str | None


class NewGroup(msgspec.Struct, forbid_unknown_fields=True):
    """
    A group to be made: its members are made by an `actuator`, as `options` say.

    Without `desired` it takes over what members there are, and makes those that `min_size` asks for. `project_id` is
    for administrators, others make groups of their own project.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=63)]
    actuator: Annotated[str, msgspec.Meta(min_length=1, max_length=63)]
    max_size: Size
    min_size: Size = 0
    desired: Size | None = None
    options: dict[str, Any] = {}
    cooldown_s: Seconds = 0
    cooldown_out_s: Seconds | None = None
    cooldown_in_s: Seconds | None = None
    warm_up_s: Seconds = 0
    paused: bool = False
    project_id: Name | None = None


class GroupChange(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be different; secrets among `options` that are given as they were shown stay as they are."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=63)] | UnsetType = UNSET
    min_size: Size | UnsetType = UNSET
    max_size: Size | UnsetType = UNSET
    options: dict[str, Any] | UnsetType = UNSET
    cooldown_s: Seconds | UnsetType = UNSET
    cooldown_out_s: Seconds | UnsetType | None = UNSET
    cooldown_in_s: Seconds | UnsetType | None = UNSET
    warm_up_s: Seconds | UnsetType = UNSET
    paused: bool | UnsetType = UNSET


class DeleteQuery(msgspec.Struct):
    """What becomes of the members that are there: `remove` them, or `keep` them without a group."""

    members: Literal["", "remove", "keep"] = ""


class SizeBody(msgspec.Struct, forbid_unknown_fields=True):
    """How many members there are to be."""

    size: Size


class ProtectBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a member is kept from being taken away."""

    protected: bool


class DecisionsQuery(msgspec.Struct):
    """Filters, all of which must hold; `marker` is a `next`."""

    verdict: Verdict | None = None
    cause: Cause | None = None
    policy: Name = ""
    limit: Limit = 100
    marker: Name = ""


class DecisionList(msgspec.Struct):
    """A page of decisions, newest first, and the marker of the next one."""

    decisions: list[DecisionView]
    next: str | None


def list_scaling_groups(call: Call, query: GroupsQuery) -> GroupList:
    """Groups that one may see."""
    search = all_of(
        equal("project_id", query.project) if query.project else None,
        equal("actuator", query.actuator) if query.actuator else None,
    )
    scaling = call.parts.index.scaling
    page = Page(query.limit + 1, query.marker or None)
    found = scaling.find(search, visible=visible_groups(call), page=page)
    listed = found[: query.limit]
    groups = [group_view(each, scaling.members(each.id)) for each in listed]
    return GroupList(groups, listed[-1].id if len(found) > len(listed) else None)


def create_group(call: Call, body: NewGroup) -> GroupDetail:
    """Make a group; its members are made in the background."""
    offer, caller = call.parts.scaling, call.caller
    project_id = caller.project_id if body.project_id is None else body.project_id
    call.parts.policy.enforce("change scaling group", caller, {"project_id": project_id})
    group = ScalingGroup(
        id=f"{body.name}-{secrets.token_hex(4)}",
        name=body.name,
        project_id=project_id,
        user_id=caller.user_id,
        sees_all=call.sees_all and "admin" in caller.roles and body.project_id is None,
        actuator=body.actuator,
        options=body.options,
        min_size=body.min_size,
        max_size=body.max_size,
        desired=body.min_size if body.desired is None else body.desired,
        cooldown_s=body.cooldown_s,
        cooldown_out_s=body.cooldown_out_s,
        cooldown_in_s=body.cooldown_in_s,
        warm_up_s=body.warm_up_s,
        paused=body.paused,
        healthy=False,
        problem=NOT_LOOKED,
    )
    check_group(group)
    if body.desired is not None:
        check_desired(body.desired, body.min_size, body.max_size)
    _check_options(call, group)
    made = call.parts.index.scaling.create(group, caller.user_id, groups_max=offer.groups_max, size=body.desired)
    offer.wake()
    return detail(call, made)


def show_group(call: Call) -> GroupDetail:
    """A group by its id or name, with its policies and members."""
    return detail(call, visible_group(call, call.segment("id")))


def change_group(call: Call, body: GroupChange) -> GroupDetail:
    """Change a group; members beyond its new bounds are taken away, missing ones are made."""
    group = changeable_group(call, call.segment("id"))
    given = {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not UNSET}

    def changed(before: ScalingGroup) -> ScalingGroup:
        fields: Mapping[str, Any] = given
        if "options" in given:
            fields = {**given, "options": with_secrets(given["options"], before.options)}
        after = replace(before, **fields)
        check_group(after)
        return replace(after, desired=max(after.min_size, min(after.max_size, after.desired)))

    _check_options(call, changed(group))
    after = call.parts.index.scaling.change(group.id, changed)
    call.parts.scaling.wake()
    return detail(call, after)


def delete_group(call: Call, query: DeleteQuery) -> None:
    """Delete a group; one that has members only when it is said what becomes of them."""
    group = changeable_group(call, call.segment("id"))
    scaling = call.parts.index.scaling
    members = scaling.members(group.id)
    if (members or group.busy) and not query.members:
        raise Conflict(
            f"the group has {len(members)} members: say members=remove to take them away, or members=keep to leave them"
        )
    if query.members == "remove":
        scaling.change(group.id, lambda before: replace(before, deleting=True))
        call.parts.scaling.wake()
    else:
        scaling.delete(group.id)


def set_size(call: Call, body: SizeBody) -> DecisionView:
    """Have a group changed to a size, whatever its cooldown."""
    group = changeable_group(call, call.segment("id"))
    check_desired(body.size, group.min_size, group.max_size)
    signals = Signals(call.parts.index.scaling, call.parts.index.alarms)
    record = signals.set_size(group.id, body.size, call.caller.user_id)
    call.parts.scaling.wake()
    return decision_view(record)


def list_members(call: Call) -> list[MemberView]:
    """The members of a group as they were last seen, the oldest first."""
    group = visible_group(call, call.segment("id"))
    return [member_view(each, group) for each in call.parts.index.scaling.members(group.id)]


def protect(call: Call, body: ProtectBody) -> MemberView:
    """Keep a member from being taken away, or no more."""
    group = changeable_group(call, call.segment("id"))
    member = call.parts.index.scaling.protect(group.id, call.segment("member"), body.protected)
    return member_view(member, group)


def list_decisions(call: Call, query: DecisionsQuery) -> DecisionList:
    """What a group decided, newest first; also one that is gone, by its id."""
    scaling, text = call.parts.index.scaling, call.segment("id")
    try:
        group_id = visible_group(call, text).id
    except NotFound:
        group_id = text
    search = all_of(
        equal("group_id", group_id),
        equal("verdict", query.verdict) if query.verdict else None,
        equal("cause", query.cause) if query.cause else None,
        equal("policy_id", query.policy) if query.policy else None,
    )
    page = Page(query.limit + 1, query.marker or None)
    found = scaling.decisions(search, visible=visible_groups(call), page=page)
    if not found and group_id == text:
        # Says that there is no such group, where there is none.
        visible_group(call, text)
    listed = found[: query.limit]
    more = len(found) > len(listed)
    return DecisionList([decision_view(each) for each in listed], str(listed[-1].number) if more else None)


def _check_options(call: Call, group: ScalingGroup) -> None:
    """BadRequest for options that are too large, or that the actuator does not take."""
    size_max = call.parts.scaling.options_bytes_max
    if len(msgspec.json.encode(group.options)) > size_max:
        raise BadRequest(f"options: expected at most {size_max} bytes of JSON")
    call.parts.scaling.check(group)


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        at(
            "/v1/scaling/groups",
            GET=operation(list_scaling_groups, "see scaling"),
            POST=operation(create_group, "change scaling", 201),
        ),
        at(
            "/v1/scaling/groups/{id}",
            GET=operation(show_group, "see scaling"),
            PATCH=operation(change_group, "change scaling"),
            DELETE=operation(delete_group, "change scaling", 204),
        ),
        at("/v1/scaling/groups/{id}/size", PUT=operation(set_size, "change scaling")),
        at("/v1/scaling/groups/{id}/members", GET=operation(list_members, "see scaling")),
        at("/v1/scaling/groups/{id}/members/{member}", PUT=operation(protect, "change scaling")),
        at("/v1/scaling/groups/{id}/decisions", GET=operation(list_decisions, "see scaling")),
    ]
