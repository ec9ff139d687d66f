# SPDX-License-Identifier: Apache-2.0
"""Metadata without what nobody should see."""

from nephoscope.model.errors import BadRequest
from nephoscope.model.sample_columns import NOTHING, Samples
from nephoscope.pipeline.transform.metadata_fields import GONE, Fields
from nephoscope.pipeline.transform.parameters import Parameters


class Deny:
    """Takes the metadata fields of `fields` away: paths, with `*` for any part."""

    memory = None

    def __init__(self, parameters: Parameters) -> None:
        self._fields = fields_of(parameters.of("fields"))

    def take(self, samples: Samples) -> Samples:
        """The same samples with less metadata."""
        return samples.having(metadata=self._fields.changed(samples.metadata, lambda value: GONE))

    def flush(self, now_ns: int) -> Samples:
        """Nothing is held back."""
        return NOTHING


def fields_of(parameters: Parameters) -> Fields:
    """`fields`, which is needed."""
    globs = parameters.texts("fields")
    if not globs:
        raise parameters.wrong("fields", "is needed: a list of metadata fields")
    try:
        return Fields(globs)
    except BadRequest as error:
        raise BadRequest(f"{parameters.place}: parameters.fields: {error.message}") from None
