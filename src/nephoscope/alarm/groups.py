# SPDX-License-Identifier: Apache-2.0
"""The metrics of groups of resources, found for many rules at once: one query for all searches of the same form."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import msgspec

from nephoscope.model import timestamp
from nephoscope.model.alarm_rule import ResourcesThreshold
from nephoscope.model.errors import BadRequest, NephoscopeError, NotFound, TooLarge
from nephoscope.model.resource import Member
from nephoscope.model.search import And, Compare, Not, Or, Search, Value, all_of, read_query, with_resource_ids
from nephoscope.store.index.contract import Index

SERIES_MAX = 100_000
AT_ONCE = 2000
GLOB = re.compile(r"[*?[]")
# Any two moments: what they make different of a text is a time that counts from now.
MOMENTS_NS = (2**61, 2**61 + 1)

# A rule, and the project within which it reads; None for everything.
Group = tuple[ResourcesThreshold, str | None]


@dataclass(frozen=True, slots=True)
class Form:
    """What searches have in common that differ in the value of one `field` only; "" where they do not even in that."""

    type_name: str
    search: Search
    field: str
    sees_all: bool


@dataclass(frozen=True, slots=True)
class Read:
    """What a group reads, or why that cannot be told. `moves` says that it may change with time alone."""

    found: list[Member] | NephoscopeError
    moves: bool = False


def read_groups(index: Index, wanted: Collection[Group]) -> dict[Group, Read]:
    """
    The metrics of resources as they are now, for each group.

    Errors  those of one group are in its place; IndexUnavailable is raised.
    """
    read: dict[Group, Read] = {}
    searches: dict[Group, Search] = {}
    for group in wanted:
        try:
            searches[group] = _search(group[0])
        except BadRequest as error:
            read[group] = Read(error)
        except TooLarge as error:
            read[group] = Read(error)
    for form, listed in _by_form(searches).items():
        for start in range(0, len(listed), AT_ONCE):
            for group, found in _read_alike(index, form, listed[start : start + AT_ONCE]).items():
                read[group] = Read(found, moves(searches[group]))
    return read


def _search(rule: ResourcesThreshold) -> Search:
    try:
        return with_resource_ids(read_query(msgspec.json.decode(rule.query)), None)
    except msgspec.DecodeError as error:
        raise BadRequest(f"query is not JSON: {error}") from None


def _by_form(searches: dict[Group, Search]) -> dict[Form, list[tuple[Group, str]]]:
    """Groups with their value, by the form that each shares with the most others."""
    forms = {group: list(_forms(group, search)) for group, search in searches.items()}
    shared = Counter(form for listed in forms.values() for form, _ in listed)
    found: dict[Form, list[tuple[Group, str]]] = defaultdict(list)
    for group, listed in forms.items():
        form, value = max(listed, key=lambda each: shared[each[0]])
        found[form].append((group, value))
    return found


def _forms(group: Group, search: Search) -> Iterator[tuple[Form, str]]:
    """The forms that a search can be seen as, each with its value."""
    rule, project_id = group
    items = search.items if isinstance(search, And) else (search,)
    for place, each in enumerate(items):
        if isinstance(each, Compare) and each.operator == "eq" and isinstance(each.value, str):
            others = all_of(*items[:place], *items[place + 1 :])
            yield Form(rule.resource_type, others, each.field, project_id is None), each.value
    yield Form(rule.resource_type, search, "", project_id is None), ""


def _read_alike(
    index: Index, form: Form, listed: Sequence[tuple[Group, str]]
) -> dict[Group, list[Member] | NephoscopeError]:
    """The metrics of groups of one form; where they are too many together, in ever smaller parts."""
    try:
        members = index.resources.members(
            form.type_name,
            form.search,
            {rule.metric for (rule, _), _ in listed},
            field=form.field,
            values={value for _, value in listed},
            projects=None if form.sees_all else {project_id for (_, project_id), _ in listed if project_id is not None},
            limit=SERIES_MAX,
        )
    except TooLarge as error:
        if len(listed) == 1:
            return {listed[0][0]: error}
        half = len(listed) // 2
        return _read_alike(index, form, listed[:half]) | _read_alike(index, form, listed[half:])
    except (NotFound, BadRequest) as error:
        return {group: error for group, _ in listed}
    told_apart = {
        value: found if isinstance(found, BadRequest) else _by_place(found) for value, found in members.items()
    }
    return {group: _of_group(group, told_apart[value]) for group, value in listed}


# By the project that may see them, None for all, and their name.
ByPlace = dict[tuple[str | None, str], list[Member]]


def _by_place(members: Sequence[Member]) -> ByPlace:
    found: ByPlace = defaultdict(list)
    for each in members:
        name = each.metric_name
        found[None, name].append(each)
        if each.project_id is not None:
            found[each.project_id, name].append(each)
        if each.created_by_project_id not in {None, each.project_id}:
            found[each.created_by_project_id, name].append(each)
    return found


def _of_group(group: Group, members: ByPlace | BadRequest) -> list[Member] | NephoscopeError:
    if isinstance(members, BadRequest):
        return members
    rule, project_id = group
    found = list(members.get((project_id, rule.metric), ()))
    if GLOB.search(rule.metric):
        for (project, name), listed in members.items():
            if project == project_id and name != rule.metric and fnmatchcase(name, rule.metric):
                found += listed
    return found


def moves(search: Search) -> bool:
    """Whether a search may find something else later though nothing has changed: it has a time that counts from now."""
    match search:
        case And(items) | Or(items):
            return any(map(moves, items))
        case Not(item):
            return moves(item)
        case Compare():
            values = search.value if isinstance(search.value, tuple) else (search.value,)
            return any(map(_counts_from_now, values))


def _counts_from_now(value: Value) -> bool:
    if not isinstance(value, str):
        return False
    try:
        one, other = (timestamp.parse(value, moment_ns) for moment_ns in MOMENTS_NS)
    except BadRequest:
        return False
    return one != other
