# SPDX-License-Identifier: Apache-2.0
"""`nephoscope silence`: what nobody is told of for a time."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import click
import msgspec

from nephoscope.cli.connection import listed, with_server
from nephoscope.cli.matchers import matchers, matchers_text
from nephoscope.cli.moments import moment_ns, span_ns
from nephoscope.cli.tables import AS_JSON, print_table, time_text
from nephoscope.client.ask import Server
from nephoscope.model import timespan, timestamp
from nephoscope.model.errors import NephoscopeError
from nephoscope.model.matcher import Matcher

ALL = "*"

FOR = click.option("--for", "last_ns", metavar="SPAN", callback=span_ns, help="How long, such as 30m, 2h or 1d12h.")
UNTIL = click.option("--until", "until_ns", metavar="TIME", callback=moment_ns, help="Until when; UTC without a zone.")
COMMENT = click.option("--comment", help="Why, for those who see it.")
PROJECT = click.option("--project", help="Whose alarms it is about, * for those of all projects.")


@click.group()
def silence() -> None:
    """
    Silences: for a time nobody is told of the alarms that fit. They are decided as ever meanwhile.

    A MATCHER compares a label, such as team=db, severity!=critical, rack=~"r1[0-9]" or host!~"test.*"; a word
    without a comparison is the name of an alarm. All matchers of a silence have to hold. Labels are name, severity,
    type, state, project_id and alarm_id, those of the alarm itself and those of its instances.

    \b
    Quiet, for the night:
        nephoscope silence add "disk is full" host=db7 --for 8h --comment "a disk comes in the morning"
    What would that be about?
        nephoscope silence add rack=~"r1[0-9]" --for 2h --dry-run
    It takes longer; it is done:
        nephoscope silence change ID --for 3h
        nephoscope silence end ID
    All that somebody set up for the work on a rack:
        nephoscope silence end $(nephoscope silence list --matcher rack=r17 --ids)
    """


@silence.command("list")
@click.option("--expired", is_flag=True, help="Those that are over, instead of those in force and to come.")
@click.option(
    "--matcher",
    "wanted",
    multiple=True,
    callback=matchers,
    help="Only those with this matcher, as written; repeatable.",
)
@click.option("--author", help="Only those of this user.")
@click.option("--project", help="Only those of this project, * for those about all projects.")
@click.option("--ids", is_flag=True, help="Only the ids, one a line.")
@AS_JSON
@with_server
def list_silences(
    server: Server,
    expired: bool,
    wanted: Sequence[Matcher],
    author: str | None,
    project: str | None,
    ids: bool,
    as_json: bool,
) -> None:
    """
    List silences: those in force, then those to come; the newest first.

    \b
        nephoscope silence list --matcher team=db
        nephoscope silence list --expired --author mia
    """
    found = [
        each
        for state in (("expired",) if expired else ("active", "pending"))
        for each in listed(server, "silences", state=state, project=project)
        if author in (None, each["author"]) and not {*wanted} - {*msgspec.convert(each["matchers"], list[Matcher])}
    ]
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif ids:
        for each in found:
            click.echo(each["id"])
    elif not found:
        click.echo("There are no such silences; `nephoscope silence --help` tells how to make one.")
    else:
        print_table(
            ("id", "when", "about", "comment"),
            [
                (
                    each["id"],
                    _when(each),
                    f"{matchers_text(each['matchers'])} {_whose(each)}",
                    f"{each['author']}: {each['comment']}",
                )
                for each in found
            ],
        )


@silence.command()
@click.argument("silence_id", metavar="ID")
@AS_JSON
@with_server
def show(server: Server, silence_id: str, as_json: bool) -> None:
    """Show a silence, and the alarms that fit now."""
    found = server.get(_path(silence_id))
    fitting = None if found["state"] == "expired" else _fitting(server, found["matchers"], found["project_id"] or ALL)
    if as_json:
        click.echo(msgspec.json.encode({"silence": found, "fitting": fitting}))
        return
    click.echo(f"{found['id']}: {found['state']}, {_times(found)}")
    click.echo(f"about {matchers_text(found['matchers'])} {_whose(found)}")
    click.echo(f"by {found['author']}, {time_text(found['created_ms'])}{_said(found)}")
    if fitting is not None:
        click.echo()
        _draw(fitting)


@silence.command()
@click.argument("given", metavar="MATCHER...", nargs=-1, required=True, callback=matchers)
@FOR
@UNTIL
@click.option("--from", "begin_ns", metavar="TIME", callback=moment_ns, help="When it begins, by default now.")
@COMMENT
@PROJECT
@click.option("--dry-run", is_flag=True, help="Only tell which alarms fit now.")
@AS_JSON
@with_server
def add(
    server: Server,
    given: Sequence[Matcher],
    last_ns: int | None,
    until_ns: int | None,
    begin_ns: int | None,
    comment: str | None,
    project: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """
    Silence what fits all matchers; tells the id of the silence, for scripts alone on standard output.

    By default it is about the alarms of the project that one works in; of who sees all projects, about all alarms.

    \b
        nephoscope silence add "disk is full" host=db7 --for 8h --comment "a disk comes in the morning"
        nephoscope silence add severity=low --from "2026-12-24 16:00" --for 3d
        nephoscope silence add team=db env!=prod --until "2026-12-01 08:00"
    """
    matching = msgspec.to_builtins(given)
    until = "" if dry_run else _end(last_ns, until_ns, begin_ns)
    fitting = _fitting(server, matching, project or "")
    if dry_run:
        if as_json:
            click.echo(msgspec.json.encode(fitting))
        else:
            _draw(fitting)
        return
    body = {"matchers": matching, "until": until, "comment": comment or ""}
    if begin_ns is not None:
        body["from"] = timestamp.render(begin_ns)
    if project is not None:
        body["project"] = project
    made = server.post("silences", body)
    if as_json:
        click.echo(msgspec.json.encode(made))
        return
    click.echo(f"silenced {_times(made)}: {_counted(fitting)}", err=True)
    click.echo(made["id"])


@silence.command()
@click.argument("silence_id", metavar="ID")
@FOR
@UNTIL
@COMMENT
@AS_JSON
@with_server
def change(
    server: Server, silence_id: str, last_ns: int | None, until_ns: int | None, comment: str | None, as_json: bool
) -> None:
    """
    Let a silence that is not over last for so long from now on, or until another time; or change its comment.

    \b
        nephoscope silence change ID --for 2h
    """
    body = {} if last_ns is None and until_ns is None else {"until": _end(last_ns, until_ns, None)}
    if comment is not None:
        body["comment"] = comment
    if not body:
        raise click.UsageError("say what is to be different; see --help")
    changed = server.call("PATCH", f"/api/v1/{_path(silence_id)}", body)
    click.echo(msgspec.json.encode(changed) if as_json else f"{changed['id']}: {changed['state']}, {_times(changed)}")


@silence.command()
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@with_server
def end(server: Server, ids: Sequence[str]) -> None:
    """
    End silences now: what they held back and still is so is told.

    One that cannot be ended is named, the others are ended all the same, and the exit code is 1.

    \b
        nephoscope silence end $(nephoscope silence list --author mia --ids)
    """
    failed = 0
    for each in dict.fromkeys(ids):
        try:
            server.call("POST", f"/api/v1/{_path(each)}/expire")
        except NephoscopeError as error:
            failed += 1
            click.echo(f"Error: {error.message}", err=True)
        else:
            click.echo(f"{each} is over")
    if failed:
        raise click.exceptions.Exit(1)


def _path(silence_id: str) -> str:
    return f"silences/{quote(silence_id, safe='')}"


def _fitting(server: Server, matching: Sequence[Any], project: str) -> Any:
    return server.post("silences/preview", {"matchers": matching, "project": project})


def _end(last_ns: int | None, until_ns: int | None, begin_ns: int | None) -> str:
    """The end as the server takes it; UsageError unless it is said in one of both ways."""
    if until_ns is not None and last_ns is None:
        return timestamp.render(until_ns)
    if last_ns is None or until_ns is not None:
        raise click.UsageError("expected one of --for and --until")
    if begin_ns is not None:
        return timestamp.render(begin_ns + last_ns)
    # From when the server takes it, by its own clock.
    return f"+{last_ns / timespan.SECOND_NS:.3f} seconds"


def _times(shown: dict[str, Any]) -> str:
    return f"from {time_text(shown['from_ms'])} until {time_text(shown['until_ms'])}"


def _when(shown: dict[str, Any]) -> str:
    return (
        f"until {time_text(shown['until_ms'])}" if shown["state"] == "active" else f"{shown['state']}, {_times(shown)}"
    )


def _whose(shown: dict[str, Any]) -> str:
    return f"in project {shown['project_id']}" if shown["project_id"] else "in all projects"


def _said(shown: dict[str, Any]) -> str:
    return f": {shown['comment']}" if shown["comment"] else ""


def _counted(fitting: dict[str, Any]) -> str:
    looked_at = "" if fitting["whole"] else f", among the first {fitting['looked_at']} alarms"
    return f"alarms that fit now: {fitting['count']}, in alarm: {fitting['firing']}{looked_at}"


def _draw(fitting: dict[str, Any]) -> None:
    """The alarms that fit, those that fire first, and what of them does."""
    click.echo(_counted(fitting))
    if fitting["alarms"]:
        print_table(
            ("alarm", "state", "severity", "project", "instances", "id"),
            [
                (
                    each["name"],
                    each["state"],
                    each["severity"],
                    each["project_id"],
                    str(len(each["instances"]) or ""),
                    each["id"],
                )
                for each in fitting["alarms"]
            ],
        )
