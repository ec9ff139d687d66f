# SPDX-License-Identifier: Apache-2.0
"""A benchmark of several parts: each is run in a folder of its own, shown, and kept for the page."""

import datetime
import shlex
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import click

from benchmarks import machine, report, results
from benchmarks.collection.figure import Figure
from benchmarks.gnocchi import OUT, PAGE, PROJECT, scratch
from benchmarks.results import Circumstances, Part, Section

Work = Callable[[Path], tuple[list[Figure], list[str]]]
"""What a part does in a folder that it may make: its figures, and sentences about them."""


def only(known: Iterable[str]) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Reads an option that names parts: those named, in their own order; all where none is."""
    names = list(known)

    def chosen(_context: click.Context, _option: click.Parameter, text: str) -> list[str]:
        wanted = {each.strip() for each in text.split(",") if each.strip()} or {*names}
        if unknown := sorted(wanted - {*names}):
            raise click.BadParameter(f"{', '.join(unknown)}: expected some of {', '.join(names)}")
        return [each for each in names if each in wanted]

    return chosen


def run(section: Section, parts: Mapping[str, Work], peers: Mapping[str, str], *, kept: bool) -> None:
    """Go through the parts; `peers` are versions of what is beside us. Only what is `kept` goes to the page."""
    # Whoever stops us stops what we started too: the blocks below are left in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for name, work in parts.items():
        with scratch() as folder:
            part = Part(_circumstances(section, folder, peers), *work(folder / name))
        click.echo(report.section(section, {name: part}))
        if kept:
            _keep(section, name, part)


def _circumstances(section: Section, folder: Path, peers: Mapping[str, str]) -> Circumstances:
    command = shlex.join(["python", "-m", f"benchmarks.{section}", *sys.argv[1:]])
    facts = {**machine.facts(folder), **peers}
    return Circumstances(datetime.datetime.now(datetime.UTC).date().isoformat(), command, facts)


def _keep(section: Section, name: str, part: Part) -> None:
    """At once, so that a later part that fails does not take this one with it."""
    kept = results.load(OUT / "results.json")
    kept.parts(section)[name] = part
    results.save(OUT / "results.json", kept)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(report.page(kept))
    click.echo(f"written to {PAGE.relative_to(PROJECT)}", err=True)
