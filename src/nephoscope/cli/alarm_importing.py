# SPDX-License-Identifier: Apache-2.0
"""`nephoscope alarm import` and `import-prometheus`: a file made true, after a look at what that means."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from nephoscope.cli.connection import with_server
from nephoscope.cli.tables import AS_JSON
from nephoscope.client.ask import Server
from nephoscope.model import text_file
from nephoscope.model.alarm_file import located, read, render
from nephoscope.model.errors import BadRequest, NephoscopeError
from nephoscope.model.prometheus_rules import Native, convert
from nephoscope.model.yaml_tree import Part, plain

STANDARD = "-"
SIGNS = {"create": "+", "change": "~", "delete": "-"}

FILE = click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(dir_okay=False))
DRY_RUN = click.option("--dry-run", is_flag=True, help="Only look at the file and tell what would be done.")
PROJECT = click.option("--project", help="Whose the alarms are that name no project_id, for operators.")


@click.command("import")
@FILE
@DRY_RUN
@click.option("--delete", is_flag=True, help="Delete alarms of the file's projects that are not in it.")
@PROJECT
@AS_JSON
@with_server
def import_alarms(
    server: Server, files: Sequence[str], dry_run: bool, delete: bool, project: str | None, as_json: bool
) -> None:
    """
    Make, change and, if asked to, delete alarms, so that they are as FILE says; - is standard input.

    Alarms are matched by their name within a project, and keep their state and history. First everything is looked
    at; where anything is wrong, the message names file, line and key, nothing is changed, and the exit code is 1.
    Done twice, the second time nothing is left to do.

    \b
    What would become of it?
        nephoscope alarm import alarms.yaml --dry-run
    Make it so, and let go of what is not in the file any more:
        nephoscope alarm import alarms.yaml --delete
    A file:
        version: 1
        alarms:
          - name: cpu is busy
            type: series
            rule: {metric: cpu.util, threshold: 80, comparison_operator: gt}
            behaviour: {pending_s: 300}
            severity: critical
            alarm_actions: ["https://hooks.example/team"]
    """
    alarms = [part for file in files for part in read(_text(file), _name(file)).alarms]
    _import(server, alarms, [plain(each) for each in alarms], project, dry_run, delete=delete, as_json=as_json)


@click.command("import-prometheus")
@FILE
@click.option("--native", is_flag=True, help="Make rules about our own metrics of them, where they are simple enough.")
@click.option("--resource-type", default="generic", show_default=True, help="With --native: of which resources.")
@click.option("--granularity", type=click.IntRange(1), help="With --native: s; by default a rate's range, or 60.")
@click.option("--method", default="mean", show_default=True, help="With --native: of what is no rate.")
@click.option(
    "--attribute", "attributes", multiple=True, metavar="LABEL=ATTRIBUTE", help="With --native: what a label is here."
)
@click.option("--skip", is_flag=True, help="Leave out what cannot be evaluated, and import the rest.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a file of alarms instead; - shows it.")
@DRY_RUN
@PROJECT
@AS_JSON
@with_server
def import_prometheus(
    server: Server,
    files: Sequence[str],
    native: bool,
    resource_type: str,
    granularity: int | None,
    method: str,
    attributes: Sequence[str],
    skip: bool,
    output: Path | None,
    dry_run: bool,
    project: str | None,
    as_json: bool,
) -> None:
    """
    Make alarms of the alerting rules in a Prometheus' rule FILE; - is standard input.

    They become alarms of type prometheus, for which the server asks the Prometheus of its [alarm] prometheus_url.
    With --native they become rules about our own metrics: `metric{label="a"} > 5`, `rate(metric[5m]) > 5` and
    `sum by (label) (...) > 5`, with one of sum, avg, min, max and count. What cannot be evaluated is named with file,
    line, alert and why; nothing is imported then, unless with --skip.

    \b
        nephoscope alarm import-prometheus rules.yml --dry-run
        nephoscope alarm import-prometheus rules.yml --native --resource-type prometheus -o alarms.yaml
    """
    ways = Native(resource_type, granularity, method, dict(map(_pair, attributes))) if native else None
    found = [convert(_text(file), _name(file), ways) for file in files]
    for warning in (warning for each in found for warning in each.warnings):
        click.echo(f"warning: {warning}", err=True)
    problems = [problem for each in found for problem in each.problems]
    for problem in problems:
        click.echo(f"{'skipped' if skip else 'error'}: {problem}", err=True)
    if problems and not skip:
        raise click.ClickException(f"nothing is imported for {_count(len(problems), 'alert')}; --skip leaves them out")
    bodies = [body for each in found for body in each.bodies]
    if output is not None:
        _write(output, render([_owned(each, project) for each in bodies]))
        return
    places = [place for each in found for place in each.places]
    _import(server, places, bodies, project, dry_run, delete=False, as_json=as_json)


def _import(
    server: Server,
    places: Sequence[Part],
    bodies: Sequence[dict[str, Any]],
    project: str | None,
    dry_run: bool,
    *,
    delete: bool,
    as_json: bool,
) -> None:
    alarms = [_owned(each, project) for each in bodies]
    asked = {"version": 1, "alarms": alarms, "delete": delete, "dry_run": dry_run}
    try:
        plan = server.post("alarms/file", asked, patient=True)
    except NephoscopeError as error:
        raise located(error, places) from None
    if as_json:
        click.echo(msgspec.json.encode(plan))
    else:
        _draw(plan)


def _draw(plan: dict[str, Any]) -> None:
    """What is different, alarm by alarm, and how many there are of each kind."""
    for step in plan["steps"]:
        if step["action"] == "same":
            continue
        of = f"  (project {step['project_id']})" if step["project_id"] else ""
        click.echo(f"{SIGNS[step['action']]} {step['name']}{of}")
        for each in step["changes"]:
            click.echo(f"    {each['path']}: {_difference(each['before'], each['after'])}")
    counts = Counter(step["action"] for step in plan["steps"])
    words = {"create": "created", "change": "changed", "delete": "deleted"}
    if not plan["applied"]:
        words = {action: f"to {action}" for action in words}
    told = ", ".join(f"{counts[action]} {word}" for action, word in words.items())
    click.echo(f"{told}, {counts['same']} the same")


def _difference(before: Any, after: Any) -> str:
    if before == after:
        return f"{_value(before)} with another secret"
    return f"{_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    return "nothing" if value is None else msgspec.json.encode(value).decode()


def _owned(body: dict[str, Any], project: str | None) -> dict[str, Any]:
    return body if project is None or body.get("project_id") else {**body, "project_id": project}


def _pair(text: str) -> tuple[str, str]:
    label, equals, attribute = text.partition("=")
    if not (label and equals and attribute):
        raise click.UsageError(f"--attribute {text}: expected LABEL=ATTRIBUTE")
    return label, attribute


def _text(file: str) -> str:
    return sys.stdin.read() if file == STANDARD else text_file.read(file)


def _name(file: str) -> str:
    return "standard input" if file == STANDARD else file


def _write(file: Path, text: str) -> None:
    if str(file) == STANDARD:
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{file} cannot be written: {error.strerror}") from None


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
