# SPDX-License-Identifier: Apache-2.0
"""The tree that an aggregates request is read into: one small class for each kind of node."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from nephoscope.model import timespan
from nephoscope.query.operations.steps import Step


class Reference(NamedTuple):
    """A metric as the request names it (an id, a name or a glob) and the stored method that is asked for."""

    ref: str
    method: str


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Metric:
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    word: str
    node: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    word: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Clip:
    node: "Node"
    low: "Node"
    high: "Node | None"


@dataclass(frozen=True, slots=True)
class Aggregate:
    method: str
    node: "Node"


@dataclass(frozen=True, slots=True)
class Resample:
    method: str
    step: Step
    node: "Node"


@dataclass(frozen=True, slots=True)
class Rolling:
    method: str
    window: int
    node: "Node"


Node = Number | Metric | Unary | Binary | Clip | Aggregate | Resample | Rolling


def children(node: Node) -> tuple[Node, ...]:
    """Give the nodes directly below `node`, left to right."""
    match node:
        case Number() | Metric():
            return ()
        case Binary():
            return (node.left, node.right)
        case Clip():
            return (node.node, node.low) if node.high is None else (node.node, node.low, node.high)
        case _:
            return (node.node,)


def references(tree: Node) -> list[Reference]:
    """Give every (ref, method) that the tree reads, each once, in the order of its first mention."""
    return list(dict.fromkeys(_mentions(tree)))


def _mentions(node: Node) -> Iterator[Reference]:
    if isinstance(node, Metric):
        yield from node.references
    for child in children(node):
        yield from _mentions(child)


def as_lists(node: Node) -> Any:
    """Write the tree as the JSON lists it can be read from again; numbers as floats, timespans in seconds."""
    head: list[Any]
    match node:
        case Number():
            return node.value
        case Metric((only,)):
            head = ["metric", *only]
        case Metric(several):
            head = ["metric", *map(list, several)]
        case Unary() | Binary():
            head = [node.word]
        case Clip():
            head = ["clip"]
        case Aggregate():
            head = ["aggregate", node.method]
        case Resample():
            head = ["resample", node.method, timespan.seconds(node.step) if isinstance(node.step, int) else node.step]
        case Rolling():
            head = ["rolling", node.method, node.window]
    return head + [as_lists(child) for child in children(node)]
