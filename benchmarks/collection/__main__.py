# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks.collection`: measure what collection costs, and show and keep what was found."""

import datetime
import shlex
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks import machine, report, results
from benchmarks.collection import ceilometer, fleet, host, notifications, transformers
from benchmarks.collection.bodies import Fleet
from benchmarks.collection.figure import Figure
from benchmarks.gnocchi import OUT, PAGE, PROJECT, scratch
from benchmarks.results import Circumstances, Part


@dataclass(frozen=True)
class Sizes:
    """How much is done; `give_up` is the monotonic time after which no further round of a part is begun."""

    rounds: int
    messages: notifications.Counts
    load: fleet.Load


Work = Callable[[Path, Sizes, float], tuple[list[Figure], list[str]]]
PARTS: dict[str, Work] = {
    "notifications": lambda folder, sizes, give_up: notifications.run(folder, sizes.rounds, sizes.messages, give_up),
    "transformers": lambda folder, sizes, give_up: transformers.run(folder, sizes.rounds, give_up),
    "agent": lambda folder, sizes, give_up: host.run(folder, sizes.rounds, give_up),
    "fleet": lambda folder, sizes, give_up: fleet.run(folder, sizes.load),
}
USUAL = Sizes(3, notifications.Counts(ours=10_000, theirs=1_000), fleet.Load(Fleet(2000, 20, 20), 180))
QUICK = Sizes(1, notifications.Counts(ours=1_000, theirs=100), fleet.Load(Fleet(50, 20, 20), 60))


def chosen(context: click.Context, option: click.Parameter, text: str) -> list[str]:
    """The parts by name, in their own order; all where none is named."""
    wanted = {each.strip() for each in text.split(",") if each.strip()} or {*PARTS}
    if unknown := sorted(wanted - {*PARTS}):
        raise click.BadParameter(f"{', '.join(unknown)}: expected some of {', '.join(PARTS)}")
    return [each for each in PARTS if each in wanted]


@click.command()
@click.option("--only", callback=chosen, default="", help=f"Some of {', '.join(PARTS)}, with commas between.")
@click.option("--rounds", default=USUAL.rounds, show_default=True, type=click.IntRange(1, 20), help="Side by side.")
@click.option("--minutes-max", default=15.0, show_default=True, help="No further round of a part is begun after that.")
@click.option("--quick", is_flag=True, help="One round of small sizes, some minutes; the page stays as it is.")
def main(only: list[str], rounds: int, minutes_max: float, quick: bool) -> None:
    """
    Measure collection: notifications, transformers, an agent on a full host, a fleet of agents.

    Beside it run Ceilometer's real agents from the environment of the tests. Prints tables with goals and ratios, and
    writes them to docs/explanation/performance.md. The machine should have nothing else to do.

    \b
        python -m benchmarks.collection --quick
        python -m benchmarks.collection
        python -m benchmarks.collection --only fleet
    """
    # Whoever stops us stops what we started too: the blocks below are left in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sizes = QUICK if quick else Sizes(rounds, USUAL.messages, USUAL.load)
    for name in only:
        with scratch() as folder:
            part = Part(_circumstances(folder), *PARTS[name](folder / name, sizes, time.monotonic() + 60 * minutes_max))
        click.echo(report.collection({name: part}))
        if not quick:
            _keep(name, part)


def _circumstances(folder: Path) -> Circumstances:
    command = shlex.join(["python", "-m", "benchmarks.collection", *sys.argv[1:]])
    facts = {**machine.facts(folder), ceilometer.NAME: ceilometer.version()}
    return Circumstances(datetime.datetime.now(datetime.UTC).date().isoformat(), command, facts)


def _keep(name: str, part: Part) -> None:
    """At once, so that a later part that fails does not take this one with it."""
    kept = results.load(OUT / "results.json")
    kept.collection[name] = part
    results.save(OUT / "results.json", kept)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(report.page(kept))
    click.echo(f"written to {PAGE.relative_to(PROJECT)}", err=True)


if __name__ == "__main__":
    main()
