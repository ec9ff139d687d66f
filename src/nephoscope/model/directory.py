# SPDX-License-Identifier: Apache-2.0
"""What is told of changes of metrics and resources: to the store, so that SQL can ask for them, and to alarms."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

Columns = Mapping[str, Sequence[Any]]


class Changes(msgspec.Struct, frozen=True):
    """
    Metrics and resources that changed, as they are now, by column; `gone` is 1 for those that are no more.

    `version` is higher than that of all changes read before. `noted` are the entries of the list of changes that this
    answers, to be taken off it when the store has the rows.

        metrics     metric, id, name, unit, resource, resource_id, type, project_id, creator, creator_project, policy,
                    attributes, gone
        resources   number, id, name, type, project_id, user_id, creator, creator_project, started, ended, revision,
                    attributes, gone

    Numbers are integers, times ns since the epoch (`ended` may be None), attributes pairs of texts, everything
    else text, empty where there is none.
    """

    version: int
    noted: Sequence[int]
    metrics: Columns
    resources: Columns


class Touched(msgspec.Struct, frozen=True):
    """
    What was made, changed or deleted since a mark was taken, by number, and the `mark` that the index bore then.

    resources   those, and whose metrics now are among those
    metrics     those, and all that now are metrics of those resources
    """

    mark: tuple[int, ...]
    resources: frozenset[int]
    metrics: frozenset[int]
