# SPDX-License-Identifier: Apache-2.0
"""`nephoscope query`: SQL on the store."""

import csv
import io

import click
import msgspec

from nephoscope.cli.connection import with_server
from nephoscope.client.ask import Server


@click.command()
@click.argument("sql")
@click.option("--json", "as_json", is_flag=True, help="An object with columns and rows.")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated, with a head.")
@with_server
def query(server: Server, sql: str, as_json: bool, as_csv: bool) -> None:
    """
    Run one SELECT in the ClickHouse dialect over the tables `measures`, `aggregates` and `dead_letters`.

    Times are integers: nanoseconds since the epoch, UTC. At most 100 000 rows and 30 seconds.

    \b
    How many measures of each day are stored?
        nephoscope query "SELECT toDate(fromUnixTimestamp64Nano(time)) AS day, count() FROM measures GROUP BY day"
    """
    found = server.post("sql", {"sql": sql})
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif as_csv:
        text = io.StringIO()
        csv.writer(text).writerows([found["columns"], *found["rows"]])
        click.echo(text.getvalue(), nl=False)
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, header_style="bold", pad_edge=False)
        for column in found["columns"]:
            table.add_column(column)
        for row in found["rows"]:
            table.add_row(*("" if value is None else str(value) for value in row))
        Console().print(table)
    if not found["complete"]:
        click.echo("there are more rows than these; narrow the query", err=True)
