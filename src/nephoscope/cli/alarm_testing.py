# SPDX-License-Identifier: Apache-2.0
"""`nephoscope alarm test`: what alarms would do, told before they are anywhere."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from nephoscope.cli import not_installed
from nephoscope.cli.connection import problems_shown
from nephoscope.cli.tables import AS_JSON

if TYPE_CHECKING:
    from nephoscope.rehearsal import Outcome


@click.command("test")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(dir_okay=False, path_type=Path))
@AS_JSON
def test_alarms(files: Sequence[Path], as_json: bool) -> None:
    """
    Play the tests in FILE: values go in, time passes, alarms are decided as on a server, and are to be as expected.

    It needs no server and touches no data. Exits with 1 when anything is not as expected, or a file is wrong.

    \b
        nephoscope alarm test alarms_test.yaml
    A file:
        alarm_files: [alarms.yaml]
        tests:
          - name: a busy host fires once it was busy for five minutes
            input:
              - {resource: vm-1, metric: cpu.util, values: "10x4 90x10"}
            expect:
              - {at: 7m, alarm: cpu is busy, state: ok}
              - {at: 11m, alarm: cpu is busy, state: alarm}
    """
    with problems_shown():
        outcomes = []
        for outcome in _outcomes(files):
            outcomes.append(outcome)
            if not as_json:
                _print(outcome)
    failed = sum(bool(each.failures) for each in outcomes)
    if as_json:
        click.echo(msgspec.json.encode(outcomes))
    else:
        click.echo(f"{len(outcomes)} test{'' if len(outcomes) == 1 else 's'}, {failed or 'none'} failed")
    raise SystemExit(1 if failed else 0)


def _outcomes(files: Sequence[Path]) -> Iterator["Outcome"]:
    try:
        from nephoscope.rehearsal import read, rehearse
    except ModuleNotFoundError as error:
        raise not_installed("nephoscope alarm test", error.name or "a package") from None
    # All are read before the first is played: a slip in the last one is told at once.
    scripts = [read(file) for file in files]
    with tempfile.TemporaryDirectory(prefix="nephoscope-") as folder:
        for script in scripts:
            yield from rehearse(script, f"chdb://{Path(folder) / 'store'}", Path(folder))


def _print(outcome: "Outcome") -> None:
    mark = click.style("FAIL", fg="red") if outcome.failures else click.style("ok  ", fg="green")
    click.echo(f"{mark}  {outcome.file}: {outcome.name}")
    for each in outcome.failures:
        click.echo(f"      {each.place}: at {each.at}, {each.alarm}")
        click.echo(f"          expected  {each.expected}")
        first, *others = each.found.splitlines() or [""]
        click.echo(f"          there is  {first}")
        for line in others:
            click.echo(f"                    {line}")
    if outcome.happened:
        click.echo("      what happened:")
    for moment in outcome.happened:
        click.echo(f"          {_span(moment.at_s):>8}  {moment.alarm}: {moment.state} ({moment.reason})")


def _span(seconds: float) -> str:
    """
    A time since the start as tests write it.

    >>> _span(3661), _span(300), _span(0)
    ('1h1m1s', '5m', '0')
    """
    minutes, rest_s = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    told = "".join(f"{count}{unit}" for count, unit in ((hours, "h"), (minutes, "m"), (rest_s, "s")) if count)
    return told or "0"
