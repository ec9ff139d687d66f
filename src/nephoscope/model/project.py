# SPDX-License-Identifier: Apache-2.0
"""A project: who works together, and whose the data is."""

import msgspec
from msgspec import UNSET, UnsetType


class Project(msgspec.Struct, frozen=True):
    """
    `id` is what data carries as project_id and never changes; the name is for people.

    `users` counts those that belong to it. Nobody can work in a disabled project; its data stays.
    """

    id: str
    name: str
    description: str
    created_ns: int
    disabled: bool = False
    users: int = 0


class ProjectChange(msgspec.Struct, frozen=True):
    """What becomes different of a project; UNSET fields stay as they are."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET
