# SPDX-License-Identifier: Apache-2.0
"""`nephoscope query`: SQL on the store."""

import csv
import io
import re

import click
import msgspec

from nephoscope.cli.connection import with_server
from nephoscope.client.ask import Server

# Times come with nine digits behind the second; most have nothing there.
NO_FRACTION = re.compile(r"(?<=T\d\d:\d\d:\d\d)\.0+Z$")


@click.command()
@click.argument("sql")
@click.option("--json", "as_json", is_flag=True, help="An object with columns and rows.")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated, with a head.")
@with_server
def query(server: Server, sql: str, as_json: bool, as_csv: bool) -> None:
    """
    Run one SELECT in the ClickHouse dialect over `measures`, `metrics`, `resources` and other views.

    SHOW TABLES lists them, DESCRIBE names their columns. Times are UTC. At most 100 000 rows and 30 seconds.

    \b
    How busy was each host in the last hour?
        nephoscope query "SELECT resource, avg(value) FROM measures
            WHERE name = 'cpu.util' AND time > now() - INTERVAL 1 HOUR GROUP BY resource"
    """
    found = server.post("sql", {"sql": sql})
    names = [column["name"] for column in found["columns"]]
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif as_csv:
        text = io.StringIO()
        csv.writer(text).writerows([names, *found["rows"]])
        click.echo(text.getvalue(), nl=False)
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, header_style="bold", pad_edge=False)
        for name in names:
            table.add_column(name)
        for row in found["rows"]:
            table.add_row(*("" if value is None else NO_FRACTION.sub("Z", str(value)) for value in row))
        Console().print(table)
    if not found["complete"]:
        click.echo("there are more rows than these; narrow the query", err=True)
