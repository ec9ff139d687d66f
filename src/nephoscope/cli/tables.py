# SPDX-License-Identifier: Apache-2.0
"""What commands show to people: tables without lines, times in UTC."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import click

AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs instead of people.")


def time_text(time_ms: int) -> str:
    """
    A time to the second.

    >>> time_text(1_767_571_200_000)
    '2026-01-05 00:00:00'
    """
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows of cells beneath their heads, on standard output; what is in cells is shown as it is, an id in one piece."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="dim", pad_edge=False)
    for head in heads:
        table.add_column(head, no_wrap=head == "id", overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(markup=False, highlight=False).print(table)
