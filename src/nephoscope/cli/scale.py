# SPDX-License-Identifier: Apache-2.0
"""`nephoscope scale`: groups of members whose number follows the load."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import click
import msgspec

from nephoscope.cli.connection import listed, with_server
from nephoscope.cli.tables import AS_JSON, print_table, time_text
from nephoscope.client.ask import Server
from nephoscope.model.errors import NotFound

GROUPS = "/api/v1/scaling/groups"
POLICIES = "/api/v1/scaling/policies"


@click.group()
def scale() -> None:
    """
    Groups of members, such as virtual machines or processes, whose number follows the load.

    A group has an actuator, which makes and removes its members, and policies, which say when and by how much. Groups
    are named by their name or id.

    \b
    A group of two workers, one more or less at a signal, and who signals:
        nephoscope scale create web --actuator command --option command=worker --min 1 --max 8 --desired 2
        nephoscope scale policy web up --by +1 --cooldown 120
        nephoscope scale policy web down --by -1 --cooldown 300
        nephoscope scale show web            tells the actions for alarms, such as scale:5185c016-...
    Without alarms, by the mean of a metric over the members:
        nephoscope scale policy web busy --metric cpu.util --target 60
    And what became of it:
        nephoscope scale decisions web
    """


@scale.command()
@AS_JSON
@with_server
def groups(server: Server, as_json: bool) -> None:
    """List groups: how many members each has, and how it is."""
    found = list(listed(server, "scaling/groups"))
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif not found:
        click.echo("There are no scaling groups; `nephoscope scale create --help` tells how to make one.")
    else:
        print_table(
            ("name", "members", "bounds", "actuator", "state", "id"),
            [(g["name"], f"{g['size']}/{g['desired']}", _bounds(g), g["actuator"], _state(g), g["id"]) for g in found],
        )


@scale.command()
@click.argument("group")
@AS_JSON
@with_server
def show(server: Server, group: str, as_json: bool) -> None:
    """Show a group with its policies and members, and what may not work as it is meant."""
    found = server.call("GET", _group(group))
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    shown = found["group"]
    click.echo(f"{shown['name']} ({shown['id']}): {shown['size']} of {shown['desired']} members, {_state(shown)}")
    click.echo(f"bounds {_bounds(shown)}, actuator {shown['actuator']}, cooldown {shown['cooldown_s']:g} s")
    if shown["problem"]:
        click.echo(f"problem: {shown['problem']}")
    for warning in found["warnings"]:
        click.echo(f"warning: {warning}")
    if found["policies"]:
        click.echo()
        print_table(
            ("policy", "what it does", "action for alarms", "note"),
            [(p["name"], _rule(p["rule"]), p["alarm_action"], p["note"]) for p in found["policies"]],
        )
    if found["members"]:
        click.echo()
        print_table(
            ("member", "state", "age", "id", ""),
            [(m["name"], m["state"], f"{m['age_s']:.0f} s", m["id"], _marks(m)) for m in found["members"]],
        )


@scale.command()
@click.argument("name")
@click.option("--actuator", required=True, help="Who makes the members, such as command or openstack.")
@click.option("--option", "options", multiple=True, metavar="NAME=VALUE", help="An option of the actuator; repeatable.")
@click.option("--min", "min_size", type=click.IntRange(0), default=1, show_default=True, help="Members at least.")
@click.option("--max", "max_size", type=click.IntRange(0), required=True, help="Members at most.")
@click.option("--desired", type=click.IntRange(0), help="Members now; without it those that are there already count.")
@click.option("--cooldown", "cooldown_s", type=float, default=0, help="Seconds after a change without another.")
@click.option("--warm-up", "warm_up_s", type=float, default=0, help="Seconds until what a new member measures counts.")
@click.option("--project", help="The project that it is for, for administrators; by default one's own.")
@AS_JSON
@with_server
def create(
    server: Server,
    name: str,
    actuator: str,
    options: Sequence[str],
    min_size: int,
    max_size: int,
    desired: int | None,
    cooldown_s: float,
    warm_up_s: float,
    project: str | None,
    as_json: bool,
) -> None:
    """
    Make a group; its members are made in the background.

    The value of an option is text; what is JSON, such as 3, true or ["a"], is that.

    \b
        nephoscope scale create web --actuator command --option command=worker --max 8 --desired 2
    """
    body = {
        "name": name,
        "actuator": actuator,
        "options": dict(_option(each) for each in options),
        "min_size": min_size,
        "max_size": max_size,
        "desired": desired,
        "cooldown_s": cooldown_s,
        "warm_up_s": warm_up_s,
        "project_id": project,
    }
    found = server.call("POST", GROUPS, body)
    _told(found, as_json, f"group {found['group']['name']} made, its id is {found['group']['id']}")


@scale.command()
@click.argument("group")
@click.argument("name")
@click.option("--by", type=float, help="At a signal: so many members more, or less: +2, -1.")
@click.option("--to", type=int, help="At a signal: so many members.")
@click.option("--percent", type=float, help="At a signal: so many percent more, or less.")
@click.option("--least", type=click.IntRange(0), help="With --percent: so many members at least.")
@click.option("--metric", help="With --target: the metric that the members' mean is taken of.")
@click.option("--target", type=float, help="What that mean is to be.")
@click.option(
    "--method", default="mean", show_default=True, help="With --target: of each member, what its policy keeps."
)
@click.option(
    "--granularity", type=int, default=60, show_default=True, help="With --target: decided every so many seconds."
)
@click.option("--cron", help="At these times, as a cron line: other sizes.")
@click.option("--timezone", default="", help="With --cron: the zone of its times, UTC by default.")
@click.option("--min", "min_size", type=int, help="With --cron: members at least, from then on.")
@click.option("--max", "max_size", type=int, help="With --cron: members at most, from then on.")
@click.option("--desired", type=int, help="With --cron: members, then.")
@click.option("--cooldown", "cooldown_s", type=float, help="Seconds; by default the group's.")
@AS_JSON
@with_server
def policy(server: Server, group: str, name: str, as_json: bool, **given: Any) -> None:
    """
    Give a group a policy: at a signal, by a target, or at times.

    \b
        nephoscope scale policy web up --by +1 --cooldown 120
        nephoscope scale policy web busy --metric cpu.util --target 60
        nephoscope scale policy web night --cron "0 22 * * *" --timezone Europe/Ljubljana --desired 1
    """
    body = {"name": name, "rule": _written(given)}
    found = server.call("POST", f"{_group(group)}/policies", body)
    action = f"; an alarm's action for it is {found['alarm_action']}" if found["alarm_action"] else ""
    _told(found, as_json, f"policy {name} of group {group} made{action}")


@scale.command("set")
@click.argument("group")
@click.option("--desired", type=click.IntRange(0), help="Members now, whatever the cooldown.")
@click.option("--min", "min_size", type=click.IntRange(0), help="Members at least.")
@click.option("--max", "max_size", type=click.IntRange(0), help="Members at most.")
@click.option("--cooldown", "cooldown_s", type=float, help="Seconds after a change without another.")
@click.option("--warm-up", "warm_up_s", type=float, help="Seconds until what a new member measures counts.")
@click.option("--pause/--resume", "paused", default=None, help="Let nothing change the group, or let it again.")
@AS_JSON
@with_server
def set_group(server: Server, group: str, desired: int | None, as_json: bool, **given: Any) -> None:
    """Change a group's bounds and times, or how many members it has."""
    fields = {key: value for key, value in given.items() if value is not None}
    if not fields and desired is None:
        raise click.UsageError("say what is to be different; see --help")
    found: Any = None
    if fields:
        found = server.call("PATCH", _group(group), fields)
    if desired is not None:
        found = server.call("PUT", f"{_group(group)}/size", {"size": desired})
        _told(found, as_json, f"{found['verdict']}: {found['reason']}")
    else:
        _told(found, as_json, f"group {group} changed")


@scale.command()
@click.argument("group")
@click.argument("policy_name", metavar="POLICY")
@AS_JSON
@with_server
def signal(server: Server, group: str, policy_name: str, as_json: bool) -> None:
    """Signal a policy, as an alarm would; tells what was decided."""
    found = server.call("POST", f"{POLICIES}/{_policy(server, group, policy_name)}/signal")
    _told(found, as_json, f"{found['verdict']}: {found['reason']}")


@scale.command("dry-run")
@click.argument("group")
@click.argument("policy_name", metavar="POLICY")
@AS_JSON
@with_server
def dry_run(server: Server, group: str, policy_name: str, as_json: bool) -> None:
    """Tell what a signal to a policy would lead to now; nothing is changed."""
    found = server.call("POST", f"{POLICIES}/{_policy(server, group, policy_name)}/dry-run")
    _told(found, as_json, f"would be {found['verdict']}: {found['reason']}")


@scale.command()
@click.argument("group")
@click.argument("member")
@click.option("--off/--on", default=False, help="Let it be taken away again.")
@AS_JSON
@with_server
def protect(server: Server, group: str, member: str, off: bool, as_json: bool) -> None:
    """Keep a member from being taken away when the group shrinks."""
    address = f"{_group(group)}/members/{quote(member, safe='')}"
    found = server.call("PUT", address, {"protected": not off})
    _told(found, as_json, f"member {member} is {'not ' if off else ''}protected")


@scale.command()
@click.argument("group")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Decisions at most.")
@click.option("--verdict", type=click.Choice(("accepted", "refused", "no change")), help="Only these.")
@AS_JSON
@with_server
def decisions(server: Server, group: str, limit: int, verdict: str | None, as_json: bool) -> None:
    """Show what a group decided, newest first: why, and what became of it."""
    found = server.get(f"scaling/groups/{quote(group, safe='')}/decisions", limit=limit, verdict=verdict)["decisions"]
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    print_table(
        ("time", "cause", "verdict", "members", "reason", "outcome"),
        [
            (
                time_text(each["time_ms"]),
                f"{each['cause']} {each['by']}".strip(),
                each["verdict"],
                f"{each['before']} → {each['wanted']}",
                each["reason"],
                each["failure"] or each["progress"],
            )
            for each in found
        ],
    )


@scale.command()
@click.argument("group")
@click.option("--policy", "policy_name", help="Only this policy of the group.")
@click.option("--members", type=click.Choice(("remove", "keep")), help="What becomes of the members that are there.")
@with_server
def delete(server: Server, group: str, policy_name: str | None, members: str | None) -> None:
    """Delete a group, or one of its policies."""
    if policy_name is not None:
        server.call("DELETE", f"{POLICIES}/{_policy(server, group, policy_name)}")
        click.echo(f"policy {policy_name} of group {group} deleted")
        return
    server.call("DELETE", f"{_group(group)}?members={members}" if members else _group(group))
    click.echo(f"group {group} {'goes once its members are gone' if members == 'remove' else 'deleted'}")


def _group(group: str) -> str:
    return f"{GROUPS}/{quote(group, safe='')}"


def _policy(server: Server, group: str, name: str) -> str:
    """The id of a policy by its name or id."""
    listed = server.call("GET", f"{_group(group)}/policies")
    for each in listed:
        if name in (each["name"], each["id"]):
            return str(each["id"])
    known = ", ".join(each["name"] for each in listed) or "none"
    raise NotFound(f"group {group} has no policy {name}; it has: {known}")


def _written(given: dict[str, Any]) -> dict[str, Any]:
    """The rule that options say; UsageError unless they say one."""
    kinds = [name for name in ("by", "to", "percent", "target", "cron") if given[name] is not None]
    if len(kinds) != 1:
        raise click.UsageError("expected one of --by, --to, --percent, --target and --cron")
    if kinds == ["target"]:
        if not given["metric"]:
            raise click.UsageError("--target needs --metric")
        fields = {name: given[name] for name in ("metric", "target", "method", "granularity")}
        cooldowns = dict.fromkeys(("cooldown_out_s", "cooldown_in_s"), given["cooldown_s"])
        return {"type": "target", **fields, **cooldowns}
    if kinds == ["cron"]:
        return {
            "type": "schedule",
            **{name: given[name] for name in ("cron", "timezone", "min_size", "max_size", "desired")},
        }
    types = {"by": "change_in_capacity", "to": "exact_capacity", "percent": "percent_change_in_capacity"}
    return {
        "type": "adjustment",
        "adjustment_type": types[kinds[0]],
        "scaling_adjustment": given[kinds[0]],
        "min_adjustment_step": given["least"],
        "cooldown_s": given["cooldown_s"],
    }


def _option(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"--option {text}: expected NAME=VALUE")
    try:
        return name, msgspec.json.decode(value.encode())
    except msgspec.DecodeError:
        return name, value


def _told(found: Any, as_json: bool, text: str) -> None:
    click.echo(msgspec.json.encode(found) if as_json else text)


def _rule(rule: dict[str, Any]) -> str:
    if rule["type"] == "target":
        return f"{rule['metric']} to {rule['target']:g}, every {rule['granularity']} s"
    if rule["type"] == "schedule":
        sizes = {"min": rule["min_size"], "max": rule["max_size"], "desired": rule["desired"]}
        return f"{rule['cron']}: {', '.join(f'{name} {size}' for name, size in sizes.items() if size is not None)}"
    amount = rule["scaling_adjustment"]
    if rule["adjustment_type"] == "exact_capacity":
        return f"to {amount:g}"
    return f"by {amount:+g}{' %' if rule['adjustment_type'].startswith('percent') else ''}"


def _state(group: dict[str, Any]) -> str:
    for holds, word in (
        (group["deleting"], "is being deleted"),
        (group["paused"], "paused"),
        (group["busy"], f"changing to {group['changing_to']}"),
        (not group["healthy"], "not complete"),
    ):
        if holds:
            return word
    return "well"


def _bounds(group: dict[str, Any]) -> str:
    return f"{group['min_size']}..{group['max_size']}"


def _marks(member: dict[str, Any]) -> str:
    marks = [word for word in ("protected", "warming") if member[word]]
    return ", ".join([*marks, *([member["detail"]] if member["detail"] else [])])
