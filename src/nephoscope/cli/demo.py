# SPDX-License-Identifier: Apache-2.0
"""`nephoscope demo`: a made-up cloud on a server, to look at and to try things with."""

import secrets
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from nephoscope.cli.connection import with_server
from nephoscope.client.ask import Server
from nephoscope.demo import inventory
from nephoscope.demo.accounts import OPERATOR, make_accounts, user_name
from nephoscope.demo.changes import change_something
from nephoscope.demo.filling import nominal, steps_until
from nephoscope.demo.plan import DAY_S, Cloud, Plan
from nephoscope.demo.sending import Sending


@click.command()
@click.option("--instances", default=2000, show_default=True, type=click.IntRange(1, 100_000), help="How many VMs.")
@click.option("--metrics", default=20, show_default=True, type=click.IntRange(1, 20), help="Metrics of each.")
@click.option("--days", default=7.0, show_default=True, type=click.FloatRange(0.01, 60), help="How far it goes back.")
@click.option("--interval", default=300, show_default=True, type=click.IntRange(1, 3600), help="Seconds of a step.")
@click.option("--projects", default=25, show_default=True, type=click.IntRange(1, 1000), help="Tenants.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 2**31), help="Another, another cloud.")
@click.option("--password", help="Of the users that are made; by default a random one, printed once.")
@click.option("--follow", is_flag=True, help="Stay, and send every new point when its time has come.")
@click.option("--yes", is_flag=True, help="Also to a server that holds other data.")
@with_server
def demo(
    server: Server,
    instances: int,
    metrics: int,
    days: float,
    interval: int,
    projects: int,
    seed: int,
    password: str | None,
    follow: bool,
    yes: bool,
) -> None:
    """
    Fill a serving server with a made-up cloud: hosts, projects with users, instances with a history up to now.

    What was broken off goes on when the command is given again; given again later, it adds what has passed since.
    The cloud keeps the sizes that it was made with. One of the default size has 80 million measures.

    \b
        nephoscope demo
        nephoscope demo --instances 50 --days 1 --follow
    """
    wanted = Plan(
        start_s=_start_s(days, interval),
        instances=instances,
        metrics=metrics,
        projects=projects,
        interval_s=interval,
        seed=seed,
    )
    plan = _plan(server, wanted, yes)
    cloud = Cloud(plan)
    chosen = password or secrets.token_urlsafe(12)
    with _bar("projects", cloud.plan.projects) as tell:
        project_ids = make_accounts(server, cloud.project_names, chosen, tell)
    with _bar("resources", inventory.count(cloud)) as tell:
        inventory.make_inventory(server, cloud, project_ids, tell)
    sending, began = Sending(server, cloud), time.monotonic()
    sent = _send(sending, cloud, _now_s())
    change_something(server, cloud)
    spent_s = max(time.monotonic() - began, 1e-3)
    click.echo(
        f"{plan.instances} instances on {cloud.hosts} hosts in {plan.projects} projects; "
        f"{sent} measures stored, {sent / spent_s:.0f}/s"
    )
    if password is None:
        click.echo(f"Users made now, such as {OPERATOR} and {user_name(cloud.project_names[0], 'owner')}: {chosen}")
    if follow:
        click.echo(f"Every {plan.interval_s} s more is sent; Ctrl-C ends it, the data stay.")
        _follow(sending, plan)


def _follow(sending: Sending, plan: Plan) -> None:
    """Send every step when its time has come, for ever."""
    while True:
        time.sleep(plan.interval_s - time.time() % plan.interval_s)
        sending.run(_now_s(), lambda _share, _measures: None)


def _start_s(days: float, interval_s: int) -> int:
    """A multiple of the interval, so that points fall on the buckets' starts."""
    return int((time.time() - days * DAY_S) // interval_s * interval_s)


def _now_s() -> int:
    return int(time.time())


def _plan(server: Server, wanted: Plan, yes: bool) -> Plan:
    """The plan to follow: that of the cloud which is there, else the one wanted, once the server may be filled."""
    found = inventory.found_plan(server)
    if found is not None:
        if msgspec.structs.replace(wanted, start_s=found.start_s) != found:
            raise click.ClickException(
                f"{server.url} holds a made-up cloud of other sizes; go on with it by "
                f"--instances {found.instances} --metrics {found.metrics} --projects {found.projects} "
                f"--interval {found.interval_s} --seed {found.seed}, or take a new data directory"
            )
        return found
    # The server's readings of itself are nobody's data.
    there = sum(each["type"] != "nephoscope" for each in server.get("metrics", limit=1000))
    if there and not yes:
        question = f"{server.url} holds {there} other metrics. Add a made-up cloud beside them?"
        if not (sys.stdin.isatty() and click.confirm(question, err=True)):
            raise click.ClickException(
                f"{server.url} holds {there} other metrics, beside which the made-up cloud would stay; "
                "--yes adds it all the same, another --data-dir for `nephoscope serve` keeps them apart"
            )
    inventory.write_plan(server, wanted)
    return wanted


def _send(sending: Sending, cloud: Cloud, until_s: int) -> int:
    """Send with a bar of measures, their rate and the time that remains."""
    steps = steps_until(cloud, until_s)
    a_step = nominal(cloud, 1)
    with Progress(
        TextColumn("{task.description:>9}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as progress:
        bar = progress.add_task("measures", total=steps * a_step, rate="")
        began, sent = time.monotonic(), 0

        def tell(share: float, measures: int) -> None:
            nonlocal sent
            sent += measures
            rate = sent / max(time.monotonic() - began, 1e-3)
            progress.update(bar, advance=share * a_step, rate=f"{sent / 1e6:.1f} million, {rate:,.0f}/s")

        return sending.run(until_s, tell)


class _bar(AbstractContextManager[Callable[[int], None]]):  # noqa: N801 - reads as a statement
    """A bar on standard error; within it, a function that takes how many more are done."""

    def __init__(self, what: str, total: int) -> None:
        self._progress = Progress(
            TextColumn("{task.description:>9}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task(what, total=total)

    def __enter__(self) -> Callable[[int], None]:
        self._progress.start()
        return lambda more: self._progress.update(self._task, advance=more)

    def __exit__(self, *problem: object) -> None:
        self._progress.stop()
