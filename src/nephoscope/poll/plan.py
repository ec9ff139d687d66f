# SPDX-License-Identifier: Apache-2.0
"""What a `polling.yaml` and the families of an agent come to: which task polls what, how often, by which family."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from nephoscope.model.name_filter import NameFilter
from nephoscope.poll import discovery
from nephoscope.poll.contract import Namespace
from nephoscope.poll.families import Loaded
from nephoscope.poll.polling import PollingConfig, SourceConfig

LOCAL_NAMESPACE = "compute"


@dataclass(frozen=True)
class Want:
    """
    Meters that one source wants of one family.

    They are wanted of what `discovery` finds and of `resources`; of what `otherwise` finds when these find nothing,
    None where that is nobody. `untargeted` wants need no target.
    """

    source: str
    meters: frozenset[str]
    discovery: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    otherwise: str | None = None
    untargeted: bool = False


@dataclass(frozen=True)
class Task:
    """
    What is polled together: all wants of one interval by family, those of this host apart from those that are shared.

    Of shared tasks the meters in `by_name` are shared out among agents by their name, all others by target.
    """

    interval_s: int
    shared: bool
    wants: dict[str, tuple[Want, ...]]
    by_name: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What logs, counters and the agents of a group call it."""
        return f"{self.interval_s}s shared" if self.shared else f"{self.interval_s}s"


@dataclass(frozen=True)
class Plan:
    """All tasks, the quickest first; `warnings` are sentences about names that lead nowhere."""

    tasks: tuple[Task, ...]
    warnings: tuple[str, ...]


def planned(
    config: PollingConfig,
    families: Sequence[Loaded],
    namespaces: Collection[Namespace],
    discoveries: Collection[str],
) -> Plan:
    """
    The tasks of an agent that polls by the families of these namespaces.

    `families` are all there are: meters of other namespaces are known, and polled by others. `discoveries` are the
    names of those that there are.
    """
    ours = _without_doubles([family for family in families if family.namespace in namespaces])
    intervals = sorted({source.interval_s for source in config.sources})
    tasks = [
        task
        for interval_s in intervals
        for shared in (False, True)
        if (task := _task(config.sources, ours, interval_s, shared)).wants
    ]
    warnings = (*config.warnings, *_unknown(config, families), *_undiscovered(config, discoveries))
    return Plan(tuple(tasks), warnings)


def _without_doubles(families: Sequence[Loaded]) -> list[Loaded]:
    """The families with what no other before them has; one definition can stand for a family in two namespaces."""
    seen: set[str] = set()
    found = []
    for family in families:
        found.append(replace(family, meters=tuple(meter for meter in family.meters if meter.name not in seen)))
        seen.update(meter.name for meter in family.meters)
    return found


def _task(sources: Sequence[SourceConfig], families: Sequence[Loaded], interval_s: int, shared: bool) -> Task:
    listed = [source for source in sources if source.interval_s == interval_s]
    wants: dict[str, tuple[Want, ...]] = {}
    by_name: set[str] = set()
    for family in families:
        found = [(source, want) for source in listed if (want := _want(source, family, shared)) is not None]
        by_name.update(*(want.meters for source, want in found if shared and source.shared_by_name))
        if found:
            wants[family.name] = tuple(want for _, want in found)
    return Task(interval_s, shared, wants, frozenset(by_name))


def _want(source: SourceConfig, family: Loaded, shared: bool) -> Want | None:
    """What a source wants of a family in the task of its host, or in the one that is shared; None for nothing."""
    meters = source.meters.matching(meter.name for meter in family.meters)
    if not meters:
        return None
    of_host = family.namespace == LOCAL_NAMESPACE
    urls = tuple(url for url in source.discovery if shared != (of_host or discovery.is_local(url)))
    resources = source.resources if shared != of_host else ()
    by_default = shared != (of_host or discovery.is_local(family.discovery))
    if urls or resources:
        # Elsewhere there may be targets of the other kind, so only a source that is here as a whole finds nothing.
        whole = len(urls) + len(resources) == len(source.discovery) + len(source.resources)
        otherwise = family.discovery if whole and by_default and family.discovery else None
        return Want(source.name, meters, urls, resources, otherwise)
    if source.discovery or source.resources or not by_default:
        return None
    return Want(source.name, meters, otherwise=family.discovery or None, untargeted=not family.discovery)


def _unknown(config: PollingConfig, families: Sequence[Loaded]) -> Iterator[str]:
    """A sentence for each name or glob of a source that no meter of any family fits."""
    known = sorted({meter.name for family in families for meter in family.meters})
    for source in config.sources:
        for name in (pattern.removeprefix("!") for pattern in source.meters.patterns):
            if not NameFilter.of([name]).matching(known):
                yield f"{source.place}: source '{source.name}': no family has a meter '{name}'{_nearest(name, known)}"


def _undiscovered(config: PollingConfig, known: Collection[str]) -> Iterator[str]:
    """A sentence for each discovery that does not exist."""
    for source in config.sources:
        for name in dict.fromkeys(discovery.parts(url)[0] for url in source.discovery):
            if name not in known:
                yield f"{source.place}: source '{source.name}': there is no discovery '{name}'{_nearest(name, known)}"


def _nearest(name: str, known: Collection[str]) -> str:
    found = get_close_matches(name, sorted(known), 1, 0.5)
    return f"; the nearest there is is '{found[0]}'" if found else ""
