# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks.gnocchi`: measure beside a real Gnocchi, and show and keep what was found."""

import datetime
import json
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import click

from benchmarks import growth, machine, ours, report, results
from benchmarks.peers import environment, gnocchi
from benchmarks.results import Circumstances, Comparison, ComparisonRun, Share, median
from benchmarks.row import Row
from benchmarks.session import QUICK, Session, Sizes
from benchmarks.work import ROWS

PROJECT = Path(__file__).parents[1]
OUT = Path(__file__).with_name("out")
PAGE = PROJECT / "docs" / "explanation" / "performance.md"
SHAPES = ((1000, 1), (1000, 10), (100, 100))


@click.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 50), help="How often each row is done.")
@click.option("--minutes-max", default=40.0, show_default=True, help="No round is begun after that.")
@click.option("--quick", is_flag=True, help="Two rounds of smaller sizes, about a minute; the page stays as it is.")
@click.option("--growth", "with_growth", is_flag=True, help="Instead of Gnocchi: ours with few and many measures.")
@click.option("--growth-small", default=20.0, show_default=True, help="Millions of measures to begin with.")
@click.option("--growth-large", default=200.0, show_default=True, help="Millions of measures to grow to.")
def main(
    rounds: int, minutes_max: float, quick: bool, with_growth: bool, growth_small: float, growth_large: float
) -> None:
    """
    Measure this program beside Gnocchi 4.7.1, which is installed into benchmarks/out/ at the first run.

    Prints a table with goals and ratios and writes it to docs/explanation/performance.md. The machine should have
    nothing else to do.

    \b
        python -m benchmarks.gnocchi --quick
        python -m benchmarks.gnocchi
        python -m benchmarks.gnocchi --growth
    """
    # Whoever stops us stops what we started too: the blocks below are left in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    kept = results.load(OUT / "results.json")
    sizes = replace(QUICK, rounds=min(rounds, QUICK.rounds)) if quick else Sizes(rounds=rounds)
    with scratch() as folder:
        if with_growth:
            stocks = (int(growth_small * 1e6), int(growth_large * 1e6))
            kept.growth = growth.run(folder, stocks, sizes, circumstances(folder, sizes))
            click.echo(report.growth(kept.growth))
        else:
            kept.comparison = compare(folder, sizes, time.monotonic() + 60 * minutes_max)
            click.echo(report.comparison(kept.comparison))
    if not quick:
        results.save(OUT / "results.json", kept)
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(report.page(kept))
        click.echo(f"written to {PAGE.relative_to(PROJECT)}", err=True)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for the data of both sides, on the same disk, gone afterwards."""
    OUT.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=OUT))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(folder: Path, sizes: Sizes, give_up: float) -> ComparisonRun:
    """Start both sides, go through all rows in alternation, stop both; `give_up` is a monotonic time."""
    programs = gnocchi.install(OUT / "gnocchi")
    found = circumstances(folder, sizes)
    found.machine["Gnocchi"] = ", ".join(
        [f"{each} {environment.version_of(programs, each)}" for each in ("gnocchi", "uwsgi", "numpy")]
        + [f"PostgreSQL {machine.postgresql_version()}"]
    )
    with ExitStack() as started:
        peers = (
            started.enter_context(ours.running(folder / "ours")),
            started.enter_context(gnocchi.running(folder / "theirs", programs)),
        )
        for peer in peers:
            peer.pause()
        sides = tuple(Session(peer, sizes) for peer in peers)
        for side in sides:
            with side.peer.at_work():
                side.prepare()
        numbers: dict[str, tuple[list[float], list[float]]] = {row.name: ([], []) for row in ROWS}
        bare: dict[str, list[float]] = {}
        _measure(sides, "before", numbers, "history")
        for number in range(1, sizes.rounds + 1):
            if time.monotonic() > give_up:
                click.echo(f"time is up before round {number}", err=True)
                break
            _measure(sides, "rounds", numbers, f"round {number} of {sizes.rounds}")
            for shape, rate in limit(folder / f"bare-{number}", sizes).items():
                bare.setdefault(shape, []).append(rate)
        _measure(sides, "after", numbers, "end")
    shares = [Share(shape, sides[0].accepted[shape], rates) for shape, rates in bare.items()]
    return ComparisonRun(found, [_comparison(row, *numbers[row.name]) for row in ROWS], shares)


def limit(folder: Path, sizes: Sizes) -> dict[str, float]:
    """The bare loop's rates by shape, out of a process of its own."""
    shapes = [text for shape in SHAPES for text in ("--shape", *map(str, shape))]
    options = ["--folder", str(folder), "--requests", str(sizes.requests), *shapes]
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.limit", *options], cwd=PROJECT, stdout=subprocess.PIPE, check=True
    )
    shutil.rmtree(folder, ignore_errors=True)
    rates: dict[str, float] = json.loads(ended.stdout)
    for shape, rate in rates.items():
        click.echo(f"bare loop: {shape}: {report.number(rate)} measures/s", err=True)
    return rates


def circumstances(folder: Path, sizes: Sizes) -> Circumstances:
    """Now, here, the command that was given, and how much was done."""
    command = shlex.join(["python", "-m", "benchmarks.gnocchi", *sys.argv[1:]])
    facts = machine.facts(folder)
    facts["sizes"] = (
        f"{sizes.rounds} rounds; a round posts {sizes.requests} requests of each shape, makes "
        f"{sizes.resources * sizes.names} metrics, reads {sizes.gets} times; "
        f"history and aggregates of {sizes.readers} metrics with {sizes.points} points each"
    )
    return Circumstances(datetime.datetime.now(datetime.UTC).date().isoformat(), command, facts)


def _measure(
    sides: tuple[Session, ...], when: str, numbers: dict[str, tuple[list[float], list[float]]], label: str
) -> None:
    """Each row that belongs here: ours, then theirs."""
    for row in ROWS:
        if row.when != when:
            continue
        for side, found in zip(sides, numbers[row.name], strict=True):
            with side.peer.at_work():
                found.append(row.measure(side))
            click.echo(f"{label}: {row.name}: {side.peer.name} {report.number(found[-1])} {row.unit}", err=True)


def _comparison(row: Row, ours: list[float], theirs: list[float]) -> Comparison:
    ratios = [row.ratio(mine, other) for mine, other in zip(ours, theirs, strict=True)]
    reached = row.reached(median(ours), median(ratios))
    return Comparison(row.name, row.unit, row.goal(), reached, ours, theirs, ratios)


if __name__ == "__main__":
    main()
