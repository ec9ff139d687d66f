# SPDX-License-Identifier: Apache-2.0
"""`nephoscope alarm`: what alarms there are and how they are, and alarms as files."""

import os
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import msgspec

from nephoscope.cli.alarm_importing import import_alarms, import_prometheus
from nephoscope.cli.alarm_testing import test_alarms
from nephoscope.cli.connection import listed, with_server
from nephoscope.cli.tables import AS_JSON, print_table, time_text
from nephoscope.client.ask import Server
from nephoscope.model.alarm import SEVERITIES, STATES
from nephoscope.model.alarm_file import render
from nephoscope.model.errors import BadRequest, NotFound

REASON_SHOWN = 80


@click.group()
def alarm() -> None:
    """
    Alarms: how they are, and as files that are kept, reviewed, tested and applied like a program's text.

    \b
    What is the matter now?
        nephoscope alarm list --state alarm
        nephoscope alarm show "cpu is busy"
    Alarms into a file, a change looked at, tested and made:
        nephoscope alarm export -o alarms.yaml
        nephoscope alarm test alarms_test.yaml
        nephoscope alarm import alarms.yaml --dry-run
        nephoscope alarm import alarms.yaml
    Those of a Prometheus:
        nephoscope alarm import-prometheus rules.yml -o alarms.yaml
    """


@alarm.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only those of this severity.")
@click.option("--type", "kind", help="Only those of this type of rule, such as series.")
@click.option("--project", help="Only those of this project.")
@click.option("--match", help="Only those with this in their name; * stands for anything.")
@click.option("--failing", is_flag=True, help="Only those that could not be decided last.")
@AS_JSON
@with_server
def list_alarms(
    server: Server,
    state: str | None,
    severity: str | None,
    kind: str | None,
    project: str | None,
    match: str | None,
    failing: bool,
    as_json: bool,
) -> None:
    """
    List alarms, those whose state changed last first.

    \b
        nephoscope alarm list --state alarm --severity critical
        nephoscope alarm list --match "disk*" --json
    """
    found = list(
        listed(
            server,
            "alarms",
            state=state,
            severity=severity,
            type=kind,
            project=project,
            match=match,
            failing="true" if failing else None,
        )
    )
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif not found:
        click.echo("There are no such alarms; `nephoscope alarm import --help` tells how to make some.")
    else:
        print_table(
            ("name", "state", "since", "severity", "type", "project", "reason"),
            [
                (
                    each["name"],
                    _state(each),
                    time_text(each["since_ms"]),
                    each["severity"],
                    each["type"],
                    each["project_id"],
                    _short(each["error"] or each["reason"]),
                )
                for each in found
            ],
        )


@alarm.command()
@click.argument("alarm_name", metavar="ALARM")
@AS_JSON
@with_server
def show(server: Server, alarm_name: str, as_json: bool) -> None:
    """
    Show an alarm, by its name or id: its state and why, its definition, its instances, and who was told of it.

    \b
        nephoscope alarm show "cpu is busy"
    """
    found = server.get(f"alarms/{quote(alarm_id(server, alarm_name), safe='')}")
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    shown = found["alarm"]
    click.echo(f"{shown['name']} ({shown['id']}): {_state(shown)} since {time_text(shown['since_ms'])}")
    click.echo(shown["reason"])
    if shown["error"]:
        click.echo(f"could not be decided last: {shown['error']}")
    click.echo()
    click.echo(_definition(shown), nl=False)
    if found["instances"]:
        click.echo()
        print_table(
            ("instance", "state", "since", "value", "reason"),
            [
                (
                    _labels(each),
                    each["state"],
                    time_text(each["since_ms"]),
                    _value(each["value"]),
                    _short(each["reason"]),
                )
                for each in found["instances"]
            ],
        )
    if found["deliveries"]:
        click.echo()
        print_table(
            ("told", "of", "when", "progress", "attempts"),
            [
                (each["target"], each["state"], time_text(each["created_ms"]), each["progress"], str(each["attempts"]))
                for each in found["deliveries"]
            ],
        )


@alarm.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write; standard output without.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only those of this severity.")
@click.option("--type", "kind", help="Only those of this type of rule, such as series.")
@click.option("--project", help="Only those of this project.")
@click.option("--match", help="Only those with this in their name; * stands for anything.")
@click.option("--secrets", is_flag=True, help="URLs of actions with passwords and tokens, for who may change alarms.")
@AS_JSON
@with_server
def export(
    server: Server,
    output: Path | None,
    severity: str | None,
    kind: str | None,
    project: str | None,
    match: str | None,
    secrets: bool,
    as_json: bool,
) -> None:
    """
    Write alarms to a file that `import` reads, all that one sees or some.

    The order is always the same, by project and name, so that files can be compared. Passwords and tokens in the URLs
    of actions are written as ***, which `import` takes for those that are there already. What has its default is
    left out.

    \b
        nephoscope alarm export -o alarms.yaml
        nephoscope alarm export --project blue --secrets > blue.yaml
    """
    found = server.get(
        "alarms/file",
        severity=severity,
        type=kind,
        project=project,
        match=match,
        secrets="true" if secrets else None,
    )
    for (project_id, name), count in Counter((each["project_id"], each["name"]) for each in found["alarms"]).items():
        if count > 1:
            told = f"{count} alarms of project {project_id} have the name {name!r}; `import` wants each name once"
            click.echo(f"warning: {told}", err=True)
    text = msgspec.json.encode(found).decode() + "\n" if as_json else render(found["alarms"])
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)
        click.echo(f"{len(found['alarms'])} alarms written to {output}", err=True)


alarm.add_command(import_alarms)
alarm.add_command(import_prometheus)
alarm.add_command(test_alarms)


def alarm_id(server: Server, name: str) -> str:
    """The id of an alarm by its name or id. NotFound; BadRequest for a name that several have."""
    fit = [each["id"] for each in listed(server, "alarms", match=name) if each["name"] == name]
    if len(fit) > 1:
        raise BadRequest(f"{len(fit)} alarms have the name {name!r}; say which by its id: {', '.join(fit)}")
    if fit:
        return str(fit[0])
    try:
        return str(server.get(f"alarms/{quote(name, safe='')}")["alarm"]["id"])
    except NotFound:
        raise NotFound(f"there is no alarm {name!r}; `nephoscope alarm list` shows those that there are") from None


def _definition(shown: dict[str, Any]) -> str:
    """What it is, as in a file of alarms."""
    names = ("project_id", "type", "rule", "description", "enabled", "severity", "behaviour", "labels")
    others = ("ok_actions", "alarm_actions", "insufficient_data_actions", "repeat_actions", "time_constraints")
    body = {name: shown[name] for name in names} | {name: shown[name] for name in others if shown[name]}
    _, _, text = render([body]).partition("alarms:\n")
    return "\n".join(line[4:] for line in text.splitlines()) + "\n"


def _write(file: Path, text: str) -> None:
    """For its owner's eyes: alarms tell what there is, and may hold secrets."""
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise BadRequest(f"{file} cannot be written: {error.strerror}") from None


def _state(each: dict[str, Any]) -> str:
    state = str(each["state"]) if each["enabled"] else f"{each['state']}, off"
    return f"{state}, failing" if each["error"] else state


def _labels(instance: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in instance["labels"].items()) or "(the only one)"


def _value(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _short(reason: str) -> str:
    return reason if len(reason) <= REASON_SHOWN else f"{reason[: REASON_SHOWN - 3]}..."
