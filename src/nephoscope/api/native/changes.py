# SPDX-License-Identifier: Apache-2.0
"""What changed lately: resources that came, changed or ended, and what administrators did."""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal
from uuid import UUID

import msgspec

from nephoscope.api.native.call import Call
from nephoscope.api.native.shapes import MILLISECOND_NS, ResourceBrief, brief, by_ids
from nephoscope.model import timestamp
from nephoscope.model.audit import AuditFilter
from nephoscope.model.paging import Page, Sort
from nephoscope.model.resource import CURRENT_REVISION, Resource
from nephoscope.model.search import Compare

CHANGES_MAX = 30
LOOKED_AT_MAX = 500
ALIKE_MAX = 3
VALUE_LENGTH_MAX = 60


class Change(msgspec.Struct):
    """One change; `kind` is one of a resource's life, or `audit` for what an administrator did."""

    time_ms: int
    kind: Literal["created", "changed", "ended", "audit"]
    what: str
    resource: ResourceBrief | None
    actor: str | None


def recent_changes(call: Call, since_ns: int) -> list[Change]:
    """The newest changes since then, newest first, among what the caller may see."""
    changes = [*_of_resources(call, since_ns), *_audited(call, since_ns)]
    return _gathered(sorted(changes, key=lambda each: each.time_ms, reverse=True))[:CHANGES_MAX]


def _gathered(changes: Sequence[Change]) -> list[Change]:
    """Many resources of one type that come, change or end one after the other make one line."""
    found: list[Change] = []
    for (kind, text), run in groupby(changes, key=lambda each: (each.kind, each.what)):
        alike = list(run)
        if len(alike) <= ALIKE_MAX:
            found += alike
        else:
            found.append(Change(alike[0].time_ms, kind, f"{text}: {len(alike)} of them", None, alike[0].actor))
    return found


def _of_resources(call: Call, since_ns: int) -> list[Change]:
    index = call.parts.index.resources
    newest = (Sort("revision_start", True), Sort("started_at", True), Sort("id", True))
    search = Compare("ge", "revision_start", timestamp.render(since_ns))
    page = Page(LOOKED_AT_MAX, sort=newest)
    found = index.find(search=search, visible=call.visible_resources, details=True, metrics=False, page=page)
    if not found:
        return []
    ids = by_ids(each.id for each in found)
    page = Page(10 * LOOKED_AT_MAX, sort=(Sort("revision_start", True), Sort("id", True), Sort("revision", True)))
    earlier: dict[UUID, Resource] = {}
    for each in index.find(search=ids, history=True, details=True, metrics=False, page=page):
        if each.revision != CURRENT_REVISION:
            earlier.setdefault(each.id, each)
    return [_change(each, earlier.get(each.id)) for each in found]


def _change(now: Resource, before: Resource | None) -> Change:
    kind: Literal["created", "changed", "ended"] = "changed"
    if before is None:
        kind, what = "created", f"new {now.type}"
    elif now.ended_at_ns is not None and before.ended_at_ns is None:
        kind, what = "ended", f"{now.type} ended"
    else:
        what = "; ".join(_differences(now, before)) or "changed"
    return Change(now.revision_start_ns // MILLISECOND_NS, kind, what, brief(now), None)


def _differences(now: Resource, before: Resource) -> list[str]:
    fields = ("project_id", "user_id")
    pairs = [(name, getattr(before, name), getattr(now, name)) for name in fields]
    pairs += [(name, before.attributes.get(name), value) for name, value in now.attributes.items()]
    said = [f"{name}: {_text(old)} → {_text(new)}" for name, old, new in pairs if old != new]
    return [*said, "lives again"] if before.ended_at_ns is not None and now.ended_at_ns is None else said


def _text(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= VALUE_LENGTH_MAX else f"{text[: VALUE_LENGTH_MAX - 1]}…"


def _audited(call: Call, since_ns: int) -> list[Change]:
    if not (call.sees_all and call.parts.policy.allows("see audit", call.caller, {})):
        return []
    events = call.parts.index.audit.find(AuditFilter(start_ns=since_ns), Page(CHANGES_MAX))
    return [
        Change(each.time_ns // MILLISECOND_NS, "audit", f"{each.action} {each.target}", None, each.actor.name)
        for each in events
    ]
