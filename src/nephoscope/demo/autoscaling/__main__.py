# SPDX-License-Identifier: Apache-2.0
"""
`make demo-autoscaling`: a rush of requests, and a group of workers that grows with it and shrinks again.

A server of its own runs meanwhile, in a folder of its own, on free ports. It stays afterwards, to be looked at.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from nephoscope.client.ask import Server
from nephoscope.demo.autoscaling.balancer import Balancer, Load
from nephoscope.demo.autoscaling.loop import Loop, Plan, Seen
from nephoscope.demo.autoscaling.serving import USER, Running, port_of, serving, until
from nephoscope.demo.autoscaling.worker import METRIC
from nephoscope.model.errors import NephoscopeError

STEP_S = 2.0
# How long each part of the story may take before the demo says that it has not come to its end.
PART_S = 120.0
STEADY_STEPS = 4
# What the pages show.
RANGE = "from=now-5m"
# States of alarms in a narrow column.
WORDS = {"alarm": "ALARM", "ok": "no", "insufficient data": "-"}


class Story:
    """Tells what happens, a line a step."""

    def __init__(self, loop: Loop, load: Load, balancer: Balancer, ports: int, console: Console) -> None:
        self._loop, self._load, self._balancer = loop, load, balancer
        self._ports = ports
        self._console = console
        self._began_s = time.monotonic()

    def part(self, title: str, per_s: float, over: Callable[[Seen], bool]) -> bool:
        """Send so many requests a second until it is over for some steps; False when that takes too long."""
        self._load.per_s = per_s
        self._console.print(f"\n[bold]{title}[/bold]")
        self._console.print("   time   load  answered  members  mean CPU   busy?   idle?", style="dim")
        give_up_s, steady = time.monotonic() + PART_S, 0
        while time.monotonic() < give_up_s:
            time.sleep(STEP_S)
            seen = self.step()
            steady = steady + 1 if over(seen) else 0
            if steady >= STEADY_STEPS:
                return True
        return False

    def step(self) -> Seen:
        """Look, tell the balancer who is there, and say it."""
        seen = self._loop.look()
        self._balancer.know([port_of(name, self._ports) for name in seen.running])
        counts = self._balancer.taken()
        mean = "-" if seen.mean is None else f"{seen.mean:.0f} %"
        size = f"{len(seen.running)} of {seen.group['desired']}"
        self._console.print(
            f"{time.monotonic() - self._began_s:5.0f} s {self._load.per_s:4.0f}/s {counts.answered / STEP_S:7.1f}/s"
            f"{size:>9}{mean:>10}   {WORDS[seen.busy]:<8}{WORDS[seen.idle]:<8}{'#' * len(seen.running)}",
            highlight=False,
        )
        for each in self._loop.news():
            failed = f": it failed, {each['failure']}" if each["failure"] else ""
            told = f"{each['before']} -> {each['wanted']} members, as {each['by']} said{failed}"
            self._console.print(f"        [cyan]{escape(told)}[/cyan]", highlight=False, soft_wrap=True)
        return seen


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; gives 0 when the group has followed the load there and back."""
    parser = argparse.ArgumentParser(prog="make demo-autoscaling", description=__doc__)
    parser.add_argument("--calm", default=3.0, type=float, help="requests a second before and after")
    parser.add_argument("--rush", default=26.0, type=float, help="requests a second in between; a worker does 10")
    parser.add_argument("--leave", action="store_true", help="end when the story ends, instead of staying")
    told = parser.parse_args(arguments)
    console, plan = Console(), Plan()
    # Whoever is ended leaves no workers behind; a shell that starts us in the background has Ctrl-C ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupted)
    folder = Path(tempfile.mkdtemp(prefix="nephoscope-autoscaling-"))
    try:
        with serving(folder) as running, looping(running.server, plan) as loop:
            _say_where(running, loop, console)
            done = play(loop, plan, running.ports, told.calm, told.rush, console)
            _say_end(running, loop, console, done)
            if not told.leave:
                with suppress(KeyboardInterrupt):
                    signal.pause()
    except KeyboardInterrupt:
        return 130
    except NephoscopeError as error:
        console.print(f"[red]{escape(error.message)}[/red]")
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if done else 1


@contextmanager
def looping(server: Server, plan: Plan) -> Iterator[Loop]:
    """The loop on a server; whatever happens, alarms, group and workers are gone afterwards."""
    loop = Loop(server, plan)
    loop.make()
    try:
        yield loop
    finally:
        loop.remove()
        until(loop.is_gone, "the group is gone")


def play(loop: Loop, plan: Plan, ports: int, calm: float, rush: float, console: Console) -> bool:
    """The story in three parts; False when the group does not follow."""
    balancer = Balancer()
    with Load(balancer, calm) as load:
        story = Story(loop, load, balancer, ports, console)
        parts = (
            ("A calm morning", calm, lambda seen: len(seen.running) == plan.min_size and seen.busy == "ok"),
            ("A rush of requests", rush, lambda seen: len(seen.running) > plan.min_size and seen.busy == "ok"),
            ("Calm again", calm, lambda seen: len(seen.running) == plan.min_size),
        )
        return all(story.part(*each) for each in parts)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _say_where(running: Running, loop: Loop, console: Console) -> None:
    page = f"{running.server.url}/scaling/{loop.group}?{RANGE}&refresh=5"
    console.print(f"To watch the group in a browser, as {USER} with the password {running.password}:", highlight=False)
    console.print(page, highlight=False, soft_wrap=True)


def _say_end(running: Running, loop: Loop, console: Console, done: bool) -> None:
    server = running.server
    listed = server.get("metrics", match=METRIC, limit=100)
    workers = "&".join(f"metric={each['id']}" for each in listed)
    console.print(
        f"""
{"The group has followed the load there and back." if done else "[red]The group has not followed the load.[/red]"}

  The group     {server.url}/scaling/{loop.group}?{RANGE}
  The workers   {server.url}/explore?{RANGE}&{workers}
  Alarms        {server.url}/alarms

The pages are for {USER}, password {running.password}. Ctrl-C ends the server and removes its data.
""",
        highlight=False,
        soft_wrap=True,
    )


if __name__ == "__main__":
    sys.exit(main())
