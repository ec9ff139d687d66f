# SPDX-License-Identifier: Apache-2.0
"""The rows of the table, one file each, in the order in which they are shown."""

from benchmarks.work import (
    aggregate,
    create_metrics,
    day,
    disk,
    hundred_points,
    memory,
    month,
    one_point,
    ten_points,
)

ROWS = tuple(
    module.ROW
    for module in (one_point, ten_points, hundred_points, create_metrics, month, day, aggregate, disk, memory)
)
