# SPDX-License-Identifier: Apache-2.0
"""The metrics of groups of resources, found for many rules at once: one query for all searches of the same form."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class _Asked:
    """The forms that a group's search can be seen as, each with its value, and the one that was chosen of them."""

    forms: Sequence[tuple[Form, str]]
    moves: bool
    chosen: tuple[Form, str]


@dataclass(slots=True)
class _Alike:
    """The groups of one form, by their value, with the metrics and projects of all of them."""

    by_value: dict[str, list[Group]] = field(default_factory=lambda: defaultdict(list))
    names: set[str] = field(default_factory=set)
    projects: set[str] = field(default_factory=set)

    def add(self, group: Group, value: str) -> None:
        rule, project_id = group
        self.by_value[value].append(group)
        self.names.add(rule.metric)
        if project_id is not None:
            self.projects.add(project_id)


class Groups:
    """
    Reads what is in groups, and remembers how they are asked for until they are forgotten.

    Not for several threads at once.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._asked: dict[Group, _Asked] = {}
        # How many groups may be seen as each form.
        self._shared: Counter[Form] = Counter()
        # Without those that move.
        self._alike: dict[Form, _Alike] = defaultdict(_Alike)

    @property
    def are_known(self) -> bool:
        """Whether any were read and are not forgotten."""
        return bool(self._asked)

    def read(self, wanted: Collection[Group]) -> dict[Group, Read]:
        """
        The metrics of resources as they are now, for each group.

        Errors  those of one group are in its place; IndexUnavailable is raised.
        """
        read: dict[Group, Read] = {group: Read(error) for group, error in self._ask(wanted).items()}
        together: dict[Form, list[tuple[Group, str]]] = defaultdict(list)
        for group in wanted:
            if group not in read:
                form, value = self._asked[group].chosen
                together[form].append((group, value))
        for form, listed in together.items():
            for start in range(0, len(listed), AT_ONCE):
                for group, found in _read_alike(self._index, form, listed[start : start + AT_ONCE]).items():
                    read[group] = Read(found, self._asked[group].moves)
        return read

    def having(self, resources: Collection[int]) -> dict[Group, list[Member] | NephoscopeError]:
        """
        The groups that resources, given by number, are in now, with the metrics that these have for them.

        Only of those that were read and do not move. An error is that of a group of which this cannot be told.
        """
        found: dict[Group, list[Member] | NephoscopeError] = {}
        for form, alike in self._alike.items():
            try:
                members = self._index.resources.members(
                    form.type_name,
                    form.search,
                    alike.names,
                    field=form.field,
                    values=alike.by_value.keys(),
                    projects=None if form.sees_all else alike.projects,
                    numbers=resources,
                    limit=SERIES_MAX,
                )
            except (NotFound, BadRequest, TooLarge) as error:
                found |= {group: error for listed in alike.by_value.values() for group in listed}
                continue
            for value, each in members.items():
                if each:
                    told_apart = each if isinstance(each, BadRequest) else _by_place(each)
                    found |= {group: _of_group(group, told_apart) for group in alike.by_value[value]}
        return {group: each for group, each in found.items() if each}

    def forget_all_but(self, groups: Collection[Group]) -> None:
        """Remember no others, and choose anew how those that stay are asked for."""
        self._asked = {group: asked for group, asked in self._asked.items() if group in groups}
        self._shared.clear()
        self._alike.clear()
        self._choose(self._asked)

    def _ask(self, wanted: Collection[Group]) -> dict[Group, NephoscopeError]:
        """Have all of these among those asked for, but for whose search is none."""
        failed: dict[Group, NephoscopeError] = {}
        new: list[Group] = []
        for group in wanted:
            if group in self._asked:
                continue
            try:
                search = _search(group[0])
            except (BadRequest, TooLarge) as error:
                failed[group] = error
            else:
                forms = list(_forms(group, search))
                self._asked[group] = _Asked(forms, moves(search), forms[0])
                new.append(group)
        self._choose(new)
        return failed

    def _choose(self, groups: Iterable[Group]) -> None:
        """See each of these groups as the form that it shares with the most others."""
        asked = {group: self._asked[group] for group in groups}
        self._shared.update(form for each in asked.values() for form, _ in each.forms)
        for group, each in asked.items():
            each.chosen = max(each.forms, key=lambda pair: self._shared[pair[0]])
            if not each.moves:
                form, value = each.chosen
                self._alike[form].add(group, value)


def _search(rule: ResourcesThreshold) -> Search:
    try:
        return with_resource_ids(read_query(msgspec.json.decode(rule.query)), None)
    except msgspec.DecodeError as error:
        raise BadRequest(f"query is not JSON: {error}") from None


def _forms(group: Group, search: Search) -> Iterator[tuple[Form, str]]:
    """The forms that a search can be seen as, each with its value: with a field where it has one to be told by."""
    rule, project_id = group
    items = search.items if isinstance(search, And) else (search,)
    named = [
        (place, each.field, each.value)
        for place, each in enumerate(items)
        if isinstance(each, Compare) and each.operator == "eq" and isinstance(each.value, str)
    ]
    for place, name, value in named:
        others = all_of(*items[:place], *items[place + 1 :])
        yield Form(rule.resource_type, others, name, project_id is None), value
    if not named:
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
