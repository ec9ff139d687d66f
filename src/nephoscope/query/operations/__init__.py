# SPDX-License-Identifier: Apache-2.0
"""
The arithmetic of aggregates requests, pure: numpy columns in, numpy columns out; no store, no HTTP.

`parse` reads the operations, `SeriesTable` holds the series of one granularity, `compute` carries the operations out;
`reaggregate` serves the older endpoints, `join_lives` the history of resources, `compile_predicate` the search by
value.
"""

from nephoscope.query.operations.compute import choose_granularities, compute
from nephoscope.query.operations.history import Life, join_lives
from nephoscope.query.operations.methods import reduce
from nephoscope.query.operations.missing import Fill, parse_fill
from nephoscope.query.operations.outcome import Outcome, OutputSeries, Part
from nephoscope.query.operations.parse import parse
from nephoscope.query.operations.reaggregate import reaggregate
from nephoscope.query.operations.search import compile_predicate
from nephoscope.query.operations.steps import CALENDAR_STEPS, Step, floor_to_step, resample
from nephoscope.query.operations.table import SeriesTable
from nephoscope.query.operations.tree import Node, Reference, references

__all__ = [
    "CALENDAR_STEPS",
    "Fill",
    "Life",
    "Node",
    "Outcome",
    "OutputSeries",
    "Part",
    "Reference",
    "SeriesTable",
    "Step",
    "choose_granularities",
    "compile_predicate",
    "compute",
    "floor_to_step",
    "join_lives",
    "parse",
    "parse_fill",
    "reaggregate",
    "reduce",
    "references",
    "resample",
]
