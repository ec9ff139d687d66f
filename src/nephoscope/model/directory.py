# SPDX-License-Identifier: Apache-2.0
"""What the store is told of the names of metrics and resources, so that SQL can ask for them."""

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
