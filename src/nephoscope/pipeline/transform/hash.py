# SPDX-License-Identifier: Apache-2.0
"""Metadata in which the same is still the same, but nobody can tell what it is."""

import hashlib
import hmac
from pathlib import Path
from typing import Any

import msgspec

from nephoscope.model.sample_columns import NOTHING, Samples
from nephoscope.pipeline.transform.deny import fields_of
from nephoscope.pipeline.transform.parameters import Parameters

KEY_BYTES_MIN = 16
DIGITS = 32


class Hash:
    """
    Replaces the metadata fields of `fields` by a keyed hash of them: 32 hexadecimal digits of HMAC-SHA256.

    The key is the content of `key_file`, at least 16 bytes: without one, who knows the names could try them all.
    Fields that are null stay so.
    """

    memory = None

    def __init__(self, parameters: Parameters) -> None:
        self._fields = fields_of(parameters.of("fields", "key_file"))
        file = parameters.text("key_file")
        if file is None:
            raise parameters.wrong("key_file", f"is needed: a file of at least {KEY_BYTES_MIN} bytes that nobody knows")
        try:
            self._key = Path(file).read_bytes().strip()
        except OSError as error:
            raise parameters.wrong("key_file", f"cannot be read: {error.strerror}") from None
        if len(self._key) < KEY_BYTES_MIN:
            raise parameters.wrong("key_file", f"holds fewer than {KEY_BYTES_MIN} bytes")

    def take(self, samples: Samples) -> Samples:
        """The same samples, fields hashed."""
        return samples.having(metadata=self._fields.changed(samples.metadata, self._hashed))

    def flush(self, now_ns: int) -> Samples:
        """Nothing is held back."""
        return NOTHING

    def _hashed(self, value: Any) -> str | None:
        if value is None:
            return None
        text = value.encode() if isinstance(value, str) else msgspec.json.encode(value, order="deterministic")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()[:DIGITS]
