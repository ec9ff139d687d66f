# SPDX-License-Identifier: Apache-2.0
"""Resources begin, change and end, many in one go, and those that go with them do the same."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from nephoscope.model.errors import NephoscopeError
from nephoscope.model.search import Search

STEPS_MAX = 1000
ASSOCIATES_MAX = 20
FIELDS_MAX = 200

Verb = Literal["create", "update", "end"]
Fields = Mapping[str, object]


class Associates(msgspec.Struct, frozen=True):
    """
    The resources of a type that a search finds: they end with another resource, or take these fields of it.

    Where there is no such type there are none.
    """

    type: str
    search: Search
    fields: Fields = {}


class Step(msgspec.Struct, frozen=True):
    """
    What becomes of one resource, at `at_ns`.

        create   it begins, with these fields and without associates; one that is there stays as it is
        update   these fields change, and what associates have of them
        end      it ends, and its associates that have not ended

    A resource that is not there, or is of another type, is neither changed nor ended. `fields` are raw values as
    decoded from JSON: `user_id`, `project_id`, `started_at`, `ended_at`, and attributes of the type.
    """

    do: Verb
    type: str
    id: UUID
    original_resource_id: str
    at_ns: int
    fields: Fields = {}
    associates: Sequence[Associates] = ()


class Carried(msgspec.Struct, frozen=True):
    """
    What came of steps: the ids of resources that are new or different, and why some steps were refused, by their place.

    What is refused of one resource changes nothing of it; associates of the same step may have changed.
    """

    changed: list[UUID]
    refused: dict[int, NephoscopeError]


class Owned(Protocol):
    """What rules look at to say who may change a resource: a `Resource`, or its row."""

    @property
    def id(self) -> UUID: ...
    @property
    def type(self) -> str: ...
    @property
    def creator(self) -> str | None: ...
    @property
    def created_by_user_id(self) -> str | None: ...
    @property
    def created_by_project_id(self) -> str | None: ...
    @property
    def user_id(self) -> str | None: ...
    @property
    def project_id(self) -> str | None: ...


MayChange = Callable[[Owned], bool]
