# SPDX-License-Identifier: Apache-2.0
"""Results as Markdown: the tables on the terminal, and the page in the docs."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.collection.figure import Figure
from benchmarks.results import Circumstances, ComparisonRun, GrowthRun, Part, Results, Section, Share, median

SHARE_MIN = 0.5
FACTOR_MAX = 1.5

INTRODUCTION = """\
# Performance

This page is written by `make bench-gnocchi`, `make bench-collection` and `make bench-alarms`; do not edit it.
Each figure is the median over the rounds of a run, with the smallest and largest round in brackets.
"""

HOW = """\
## How it is measured

One client with one keep-alive connection sends the same bodies to both sides, which run on the same machine and disk.
The sides take turns in every round, ours first, and the one that waits is stopped with SIGSTOP.
So neither disturbs the other, and work that a side puts off is done in its own time.
A ratio is taken within a round, then the median of these ratios.

- **Ours**: `nephoscope serve` with its defaults: embedded engine, SQLite, all that is acknowledged is synced to disk.
- **Gnocchi**: PostgreSQL as its indexer, file storage, 3 × 2 API processes, 2 metricd workers; measures are not synced.
- **Until readable**: from the first request until the backlog is empty and the newest point can be read.
- **Archive policy**: `low` of both programs, five minutes for 30 days with six methods; values have three decimals.
- **Disk**: growth of the data folder in whole blocks by the history of the reads, once it changes no more.
- **Memory**: resident memory of all processes of a side together, sampled four times a second, without PostgreSQL.
- **Bare loop**: a process that decodes the same bodies with msgspec and inserts the same columns into the same engine.
"""

SECTIONS: dict[Section, str] = {"collection": "Collection", "alarms": "Alarms"}
PARTS: dict[Section, dict[str, str]] = {
    "collection": {
        "notifications": "Notifications from the bus to storage",
        "transformers": "Transformers",
        "agent": "An agent on a full host",
        "fleet": "A fleet of agents",
    },
    "alarms": {
        "peer": "Beside Aodh",
        "ours": "With and without the newest measures in memory",
        "big": "A hundred thousand",
        "lag": "From a closed bucket to the notification",
    },
}


def page(results: Results) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    if results.comparison:
        parts += [comparison(results.comparison), HOW]
    if results.growth:
        parts.append(growth(results.growth))
    parts += [section(each, found) for each in SECTIONS if (found := results.parts(each))]
    return "\n".join(parts)


def comparison(run: ComparisonRun) -> str:
    """The table beside Gnocchi, the share of the limit, and where that was."""
    rows = (
        [
            row.name,
            f"{spread(row.theirs)} {row.unit}",
            f"{spread(row.ours)} {row.unit}",
            f"{spread(row.ratios)} ×",
            row.goal,
            verdict(row.reached),
        ]
        for row in run.rows
    )
    return "\n".join(
        [
            "## Beside Gnocchi 4.7.1\n",
            table(["work", "Gnocchi", "ours", "times better", "to reach", "verdict"], rows),
            "## Beside the physical limit\n",
            "Measures acknowledged, as a share of what a bare loop stores that knows neither HTTP nor metrics.\n",
            limit(run.limit),
            circumstances(run.circumstances),
        ]
    )


def limit(shares: Sequence[Share]) -> str:
    """The share of the bare loop's rate, by shape."""
    rows = (
        [
            share.shape,
            f"{spread(share.bare)} /s",
            f"{spread(share.ours)} /s",
            spread(share.shares),
            f"at least {SHARE_MIN:g}",
            verdict(median(share.shares) >= SHARE_MIN),
        ]
        for share in shares
    )
    return table(["metrics × points a request", "bare loop", "ours", "share", "to reach", "verdict"], rows)


def growth(run: GrowthRun) -> str:
    """The table of what a larger stock costs."""
    small, large = (f"{stock / 1e6:g} million" for stock in run.stocks)
    rows = (
        [
            row.name,
            f"{spread(row.small)} {row.unit}",
            f"{spread(row.large)} {row.unit}",
            f"{row.factor:.2f} ×",
            f"at most {FACTOR_MAX:g} ×",
            verdict(row.factor <= FACTOR_MAX),
        ]
        for row in run.rows
    )
    return "\n".join(
        [
            "## Growth\n",
            "The same work with more measures stored: the same 30 days at five minutes, of more metrics.\n",
            table(["work", f"at {small}", f"at {large}", "worse by", "to reach", "verdict"], rows),
            circumstances(run.circumstances),
        ]
    )


def section(name: Section, parts: Mapping[str, Part]) -> str:
    """What was found by a benchmark of parts: a table for each, with what was done and where."""
    titles = PARTS[name].items()
    return "\n".join(
        [f"## {SECTIONS[name]}\n", *(_part(title, parts[each]) for each, title in titles if each in parts)]
    )


def _part(title: str, part: Part) -> str:
    heads = ["work", "ours", "beside", "theirs", "times better", "to reach", "verdict"]
    told = "\n".join(f"- {sentence}" for sentence in part.told)
    return "\n".join(
        [f"### {title}\n", table(heads, map(_row, part.figures)), f"{told}\n", circumstances(part.circumstances)]
    )


def _row(found: Figure) -> list[str]:
    return [
        found.name,
        f"{spread(found.ours)} {found.unit}",
        found.peer,
        f"{spread(found.theirs)} {found.unit}" if found.theirs else "",
        f"{spread(found.ratios)} ×" if found.ratios else "",
        found.goal,
        "" if found.reached is None else verdict(found.reached),
    ]


def circumstances(found: Circumstances) -> str:
    """Machine and command, as a list."""
    facts = "\n".join(f"- {name}: {value}" for name, value in found.machine.items())
    return f"Measured on {found.date} with `{found.command}`:\n\n{facts}\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, padded so that it reads on a terminal too; numbers to the right."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    shown = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    shown.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(shown) + "\n"


def spread(numbers: Sequence[float]) -> str:
    """The median, with the smallest and largest in brackets where there are several."""
    if len(numbers) == 1:
        return number(numbers[0])
    return f"{number(median(numbers))} ({number(min(numbers))} to {number(max(numbers))})"


def number(value: float) -> str:
    """
    Three digits that count, thousands apart.

    >>> [number(0.4567), number(31.25), number(1234.5)]
    ['0.457', '31.2', '1 230']
    """
    if value >= 1000:
        digits = len(str(int(value))) - 3
        return f"{round(value, -digits):,.0f}".replace(",", " ")
    return f"{value:.3g}"


def verdict(reached: bool) -> str:
    """As a word."""
    return "reached" if reached else "not reached"
