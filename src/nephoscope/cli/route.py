# SPDX-License-Identifier: Apache-2.0
"""`nephoscope route`: who is told of which alarms, what would become of one, and what is told together now."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import click
import msgspec

from nephoscope.cli.alarm import alarm_id
from nephoscope.cli.connection import with_server
from nephoscope.cli.matchers import labels, labels_text, matchers_text
from nephoscope.cli.moments import moment_ns
from nephoscope.cli.tables import AS_JSON, print_table, time_text
from nephoscope.client.ask import Server

MILLISECOND_NS = 1_000_000

PROJECT = click.option("--project", help="Whose routes, * for those for all projects.")


@click.group()
def route() -> None:
    """
    Routes: who is told of which alarms, in which groups and how often, beside what alarms do of their own.

    Without --project they are those of the project that one works in; of who sees all projects, those for all.

    \b
    What is there?
        nephoscope route show
    Who would be told, and what would hold it back?
        nephoscope route test "slow queries" severity=critical team=db
        nephoscope route test --alarm "disk is full" --at "2026-12-01 03:00"
    What is told together now, and when is it told next?
        nephoscope route groups
    """


@route.command()
@PROJECT
@AS_JSON
@with_server
def show(server: Server, project: str | None, as_json: bool) -> None:
    """
    Show the routes as a tree, with the mute timings and inhibitions, and the contact points that they lead to.

    An alarm takes the first route that it fits, and in it the first beneath that it fits; where a route goes on, the
    following ones are tried as well. Numbers are the places that `test` names.
    """
    tree = server.get("routing", project=project)
    points = server.get("contact-points", project=project)["contact_points"]
    if as_json:
        click.echo(msgspec.json.encode({"routing": tree, "contact_points": points}))
        return
    whose = f"project {tree['project_id']}" if tree["project_id"] else "all projects"
    if not tree["routes"]:
        click.echo(f"There are no routes for {whose}; docs/how-to/route-alarms.md tells how to make some.")
    else:
        by = f", by {tree['changed_by']}, {time_text(tree['changed_ms'])}" if tree["changed_by"] else ""
        click.echo(f"routes for {whose}, revision {tree['revision']}{by}")
        for line in _branches(tree["routes"], "", ""):
            click.echo(line)
    for each in tree["inhibitions"]:
        click.echo(_inhibition(each))
    if tree["mute_timings"]:
        click.echo(f"mute timings: {', '.join(each['name'] for each in tree['mute_timings'])}")
    if points:
        click.echo()
        print_table(
            ("contact point", "tells", "also when over"),
            [(each["name"], "\n".join(each["targets"]), "yes" if each["resolved"] else "no") for each in points],
        )


@route.command("test")
@click.argument("given", metavar="LABEL=VALUE...", nargs=-1, callback=labels)
@click.option("--alarm", "alarm_name", help="An alarm that is there, by its name or id; labels are of its instance.")
@click.option("--at", "at_ns", metavar="TIME", callback=moment_ns, help="By what holds then, in UTC; now without it.")
@click.option("--expect", "expected", multiple=True, metavar="NAME", help="A contact point to be told; repeatable.")
@PROJECT
@AS_JSON
@with_server
def try_out(
    server: Server,
    given: dict[str, str],
    alarm_name: str | None,
    at_ns: int | None,
    expected: Sequence[str],
    project: str | None,
    as_json: bool,
) -> None:
    """
    Tell which routes an alarm with these labels would take, whom it would reach, and what would hold it back.

    A word without = is the name of the alarm. With --expect the exit code is 1 unless it is these contact points, and
    no others, that are told; so routes can be tested before they are trusted.

    \b
        nephoscope route test "slow queries" severity=critical team=db
        nephoscope route test severity=low --at "2026-12-01 03:00" --expect ops
    """
    if not given and alarm_name is None:
        raise click.UsageError("expected labels such as team=db, or --alarm")
    body: dict[str, Any] = {"labels": given}
    if at_ns is not None:
        body["at_ms"] = at_ns // MILLISECOND_NS
    if alarm_name is not None:
        body["alarm"] = alarm_id(server, alarm_name)
    if project is not None:
        body["project"] = project
    found = server.post("routing/test", body)
    if as_json:
        click.echo(msgspec.json.encode(found))
    else:
        _draw(found)
    if expected and {*expected} != {*found["told"]}:
        wanted, told = (", ".join(sorted(each)) or "nobody" for each in ({*expected}, found["told"]))
        raise click.ClickException(f"expected {wanted} to be told, and it is {told}")


@route.command()
@click.option("--alarm", "alarm_name", help="Only those with this alarm, by its name or id.")
@click.option("--alarms", "listed", is_flag=True, help="Each alarm of a group too, a hundred at most.")
@PROJECT
@AS_JSON
@with_server
def groups(server: Server, alarm_name: str | None, listed: bool, project: str | None, as_json: bool) -> None:
    """
    Show what is told together now: the alarms of each group, what is held back, when it was told and is told next.

    \b
        nephoscope route groups --alarms
        nephoscope route groups --alarm "disk is full"
    """
    wanted = None if alarm_name is None else alarm_id(server, alarm_name)
    found = server.get("routing/groups", project=project, alarm=wanted)["groups"]
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif not found:
        click.echo("There are no such groups: nothing that is in alarm goes along a route.")
    else:
        heads = ("contact point", "group", "alarms", "held back", "told last", "told next")
        now_ms = time.time_ns() // MILLISECOND_NS
        print_table(heads, [row for each in found for row in _group(each, now_ms, listed=listed)])


def _branches(routes: Sequence[dict[str, Any]], above: str, indent: str) -> Iterator[str]:
    for number, each in enumerate(routes):
        is_last = number == len(routes) - 1
        point = each["contact_point"] or above
        yield f"{indent}{'└──' if is_last else '├──'} [{number}] {_route(each, point)}"
        yield from _branches(each["routes"], point, f"{indent}{'   ' if is_last else '│  '} ")


def _route(each: dict[str, Any], point: str) -> str:
    """What one route says; what it leaves out it has from the one above, and that is only told of whom it tells."""
    waits = (("waits", "group_wait_s"), ("at most every", "group_interval_s"), ("again after", "repeat_interval_s"))
    said = [
        f"{matchers_text(each['matchers'])} → {point}",
        *([f"by {', '.join(each['group_by']) or 'nothing'}"] if each["group_by"] is not None else []),
        *(f"{word} {each[name]:g} s" for word, name in waits if each[name] is not None),
        *([f"not during {', '.join(each['mute_timings'])}"] if each["mute_timings"] else []),
        *([f"only during {', '.join(each['active_timings'])}"] if each["active_timings"] else []),
        *(["goes on"] if each["continue"] else []),
    ]
    return "; ".join(said)


def _inhibition(each: dict[str, Any]) -> str:
    alike = f", alike in {', '.join(each['equal'])}" if each["equal"] else ""
    name = f" {each['name']}" if each["name"] else ""
    return f"inhibition{name}: {matchers_text(each['source'])} holds back {matchers_text(each['target'])}{alike}"


def _draw(found: dict[str, Any]) -> None:
    """The ways that an alarm takes, what holds it back, and who is told after all."""
    click.echo(labels_text({label: value for label, value in found["labels"].items() if value}))
    for each in found["routes"]:
        group = f", in the group {labels_text(each['group'])}" if each["group"] else ""
        muted = f"; tells nobody: {each['muted']}" if each["muted"] else ""
        tree = f"project {each['project_id']}" if each["project_id"] else "all projects"
        click.echo(f"{each['place']} of {tree} → {each['contact_point']}{group}{muted}")
    if not found["routes"]:
        click.echo("it fits no route")
    for each in found["silenced"]:
        comment = f": {each['comment']}" if each["comment"] else ""
        click.echo(f"silenced until {time_text(each['until_ms'])} by {each['id'] or 'a silence for all'}{comment}")
    for each in found["inhibited"]:
        by = f", for {labels_text(each['by'])} is in alarm" if each["by"] else ""
        click.echo(f"held back by the inhibition {each['rule'] or 'of the routes for all'}{by}")
    click.echo(f"told: {', '.join(found['told']) or 'nobody'}")


def _group(each: dict[str, Any], now_ms: int, *, listed: bool) -> Iterator[tuple[str, ...]]:
    changed = [f"{each[word]} {word}" for word in ("new", "over") if each[word]]
    held = [f"{each[word]} {word}" for word in ("silenced", "inhibited") if each[word]]
    count = f"{each['count']} ({', '.join(changed)})" if changed else str(each["count"])
    yield (
        each["contact_point"],
        labels_text(each["labels"]),
        count,
        "; ".join([*held, *([each["muted"]] if each["muted"] else [])]),
        "never" if each["told_ms"] is None else time_text(each["told_ms"]),
        _due(each["next_ms"], now_ms),
    )
    for one in each["alarms"] if listed else ():
        since = time_text(one["since_ms"])
        yield ("", f"  {labels_text(one['labels'])}", one["known"], one["held"], f"  since {since}", "")


def _due(next_ms: int | None, now_ms: int) -> str:
    if next_ms is None:
        return "not"
    return "now" if next_ms <= now_ms else time_text(next_ms)
