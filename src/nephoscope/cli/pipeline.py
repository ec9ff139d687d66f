# SPDX-License-Identifier: Apache-2.0
"""`nephoscope pipeline`: look at what a pipeline.yaml does, without anything being sent anywhere."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from nephoscope.cli.connection import problems_shown
from nephoscope.model import text_file
from nephoscope.observe import dropped, registry
from nephoscope.pipeline.config import PipelineConfig, SinkConfig, read

if TYPE_CHECKING:
    from nephoscope.model.sample_columns import Samples

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def pipeline() -> None:
    """Check a pipeline.yaml, and try it with samples of your own."""


@pipeline.command()
@FILE
def check(file: Path) -> None:
    """
    Say whether FILE can be read, and draw it: sources, the sinks they feed, what these do.

    Errors name file, line and key, and end with 1.

    \b
        nephoscope pipeline check /etc/ceilometer/pipeline.yaml
    """
    with problems_shown():
        config = _read_file(file)
        _made(config)
    for source in config.sources:
        click.echo(f"{source.name}: {', '.join(source.names.patterns)}")
        for sink in config.sinks_of(source):
            click.echo(f"  ─▶ {_drawn(sink)}")


@pipeline.command()
@FILE
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each step, for programs.")
def run(file: Path, as_json: bool) -> None:
    """
    Send samples from standard input through FILE and show what comes out of each step; nothing is published.

    The input is JSON: a list of samples, or a map with `samples`, as agents write them. Several, one a line, are
    batches one after the other, so that rates have something to compare with.

    \b
        nephoscope pipeline run pipeline.yaml < samples.json
        tail -n 2 samples.jsonl | nephoscope pipeline run pipeline.yaml --json
    """
    with problems_shown():
        config = _read_file(file)
        steps = list(_steps(config, _batches(sys.stdin.buffer.read())))
    for cause, count in _drops():
        click.echo(f"warning: {_counted(count)} dropped: {cause}", err=True)
    if as_json:
        for step in steps:
            click.echo(msgspec.json.encode(step))
    else:
        _print(steps)


def _read_file(file: Path) -> PipelineConfig:
    config = read(text_file.read(file), str(file))
    for warning in config.warnings:
        click.echo(f"warning: {warning}", err=True)
    return config


def _made(config: PipelineConfig) -> Any:
    from nephoscope.pipeline.chain import Pipeline

    return Pipeline(config)


def _drawn(sink: SinkConfig) -> str:
    steps = [each.name for each in sink.transformers]
    return f"{sink.name}: {' ─▶ '.join([*steps, ', '.join(sink.publishers)])}"


def _batches(body: bytes) -> list[bytes]:
    """One document, or one a line."""
    lines = [line for line in body.splitlines() if line.strip()]
    try:
        for line in lines:
            msgspec.json.decode(line)
    except msgspec.DecodeError:
        return [body]
    return lines


def _steps(config: PipelineConfig, bodies: list[bytes]) -> Iterator[dict[str, Any]]:
    """What enters each sink, comes out of each of its steps, and reaches its publishers, batch by batch."""
    from nephoscope.model.sample_columns import joined
    from nephoscope.model.sample_json import decode, encode

    running = _made(config)
    for number, body in enumerate(bodies, 1):
        now_ns = time.time_ns()
        seen: dict[tuple[str, int], list[Samples]] = {}

        def note(sink: str, step: int, out: "Samples", seen: dict[Any, list[Any]] = seen) -> None:
            seen.setdefault((sink, step), []).append(out)

        read, unusable = decode(body, now_ns)
        dropped("pipeline", "volume is no number", unusable)
        reached = running.take(read, now_ns, note)
        for sink in config.sinks:
            for step, name in enumerate(["enter", *(each.name for each in sink.transformers)], -1):
                samples = list(encode(joined(seen.get((sink.name, step), []))))
                yield {"batch": number, "sink": sink.name, "step": name, "samples": samples}
            samples = list(encode(reached[sink.name]))
            publishers = list(sink.publishers)
            yield {"batch": number, "sink": sink.name, "step": "publish", "publishers": publishers, "samples": samples}


def _print(steps: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(soft_wrap=True, highlight=False, markup=False)
    busy = {(step["batch"], step["sink"]) for step in steps if step["samples"]}
    for step in steps:
        if (step["batch"], step["sink"]) not in busy:
            continue
        if step["step"] == "enter":
            console.print(f"batch {step['batch']}, sink {step['sink']}", style="bold")
        to = f" to {', '.join(step['publishers'])}" if "publishers" in step else ""
        console.print(f"  {step['step']}: {_counted(len(step['samples']))}{to}")
        table = Table(box=None, show_header=False, padding=(0, 1))
        for each in step["samples"]:
            volume = f"{each['volume']:.6g} {each['unit']}"
            table.add_row("   ", each["name"], each["resource_id"], volume, each["type"], each["timestamp"])
        if step["samples"]:
            console.print(table)


def _drops() -> Iterator[tuple[str, int]]:
    """What was dropped by cause, since this process began."""
    for labels, count in registry.series("nephoscope_dropped_total").items():
        yield dict(labels)["cause"], int(count)


def _counted(count: int) -> str:
    return "nothing" if not count else f"{count} sample{'' if count == 1 else 's'}"
