# SPDX-License-Identifier: Apache-2.0
"""What changes samples on their way to the publishers: a row for each transformer, one file each."""

from importlib import import_module
from typing import Protocol, cast

from nephoscope.model.sample_columns import Samples
from nephoscope.pipeline.config import TransformerConfig
from nephoscope.pipeline.transform.memory import Memory
from nephoscope.pipeline.transform.parameters import Parameters

TRANSFORMERS: dict[str, str] = {
    "accumulator": "nephoscope.pipeline.transform.accumulator:Accumulator",
    "aggregator": "nephoscope.pipeline.transform.aggregator:Aggregator",
    "arithmetic": "nephoscope.pipeline.transform.arithmetic:Arithmetic",
    "delta": "nephoscope.pipeline.transform.delta:Delta",
    "deny": "nephoscope.pipeline.transform.deny:Deny",
    "filter": "nephoscope.pipeline.transform.filter:Filter",
    "hash": "nephoscope.pipeline.transform.hash:Hash",
    "limit": "nephoscope.pipeline.transform.limit:Limit",
    "rate_of_change": "nephoscope.pipeline.transform.rate_of_change:RateOfChange",
    "rename": "nephoscope.pipeline.transform.rename:Rename",
    "unit_conversion": "nephoscope.pipeline.transform.unit_conversion:UnitConversion",
}
"""Every transformer by its name in pipeline.yaml."""


class Transformer(Protocol):
    """
    Changes batches of samples; one thread uses it, and what it remembers is that of one sink.

    `memory` is what its results depend on beside the batch, None where that is nothing.
    """

    @property
    def memory(self) -> Memory | None:
        """What is to survive a restart."""
        ...

    def take(self, samples: Samples) -> Samples:
        """What comes out at once."""
        ...

    def flush(self, now_ns: int) -> Samples:
        """What was held back and is to go on; called after each batch. `now_ns` since the epoch, UTC."""
        ...


def made(config: TransformerConfig) -> Transformer:
    """The transformer that a pipeline asks for; BadRequest names file, line and what is wrong with its parameters."""
    module, _, name = TRANSFORMERS[config.name].partition(":")
    make = getattr(import_module(module), name)
    return cast(Transformer, make(Parameters(config.parameters, config.place)))
