# SPDX-License-Identifier: Apache-2.0
"""Whose silences, routes and contact points a request is about: a project's, or those for all projects."""

from typing import Annotated

import msgspec

from nephoscope.api.native.call import Call
from nephoscope.model.errors import Forbidden
from nephoscope.model.search import EVERYTHING, Search, equal

ALL = "*"
# As the index calls them.
FOR_ALL = ""

ProjectName = Annotated[str, msgspec.Meta(max_length=255)]


class ScopeQuery(msgspec.Struct):
    """
    Whose: the project's of this id, or those for all projects where it is `*`.

    Without it those of the project that the caller works in; of who sees all projects, those for all.
    """

    project: ProjectName = ""


def readable(call: Call, wanted: str) -> str:
    """The project that is meant, "" for all. Forbidden where the caller does not see it, or has none."""
    if call.sees_all:
        return FOR_ALL if wanted in ("", ALL) else wanted
    if not call.caller.project_id:
        raise Forbidden("you work in no project; choose one first")
    if wanted not in ("", call.caller.project_id):
        raise Forbidden("you see the project that you work in, and none beside it")
    return call.caller.project_id


def changeable(call: Call, wanted: str) -> str:
    """As `readable`, for who may change what is there."""
    project_id = readable(call, wanted)
    if project_id != FOR_ALL:
        call.parts.policy.enforce("telemetry:change_alarm", call.caller, {"project_id": project_id})
    return project_id


def visible(call: Call) -> Search:
    """The search that leaves only what the caller may see."""
    return EVERYTHING if call.sees_all else equal("project_id", readable(call, ""))


def shown_project(project_id: str) -> str | None:
    """A project as answers show it: null for all."""
    return project_id or None
