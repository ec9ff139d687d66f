# SPDX-License-Identifier: Apache-2.0
"""Made-up samples."""

import json
from typing import Any

from nephoscope.model.sample_columns import Samples
from nephoscope.model.sample_json import decode
from nephoscope.pipeline.config import TransformerConfig
from nephoscope.pipeline.transform import Transformer, made

# 2026-03-02T09:00:00Z
NINE_NS = 1_772_442_000_000_000_000


def sample(name: str = "cpu", volume: object = 1.0, at_s: float = 0, **fields: Any) -> dict[str, Any]:
    """A sample `at_s` seconds after nine; `fields` replace the usual ones."""
    usual = {
        "name": name,
        "type": "gauge",
        "unit": "ns",
        "volume": volume,
        "user_id": "u1",
        "project_id": "p1",
        "resource_id": "r1",
        "timestamp": f"2026-03-02T09:{int(at_s // 60):02d}:{at_s % 60:09.6f}",
        "resource_metadata": {},
    }
    return usual | fields


def samples(*listed: dict[str, Any]) -> Samples:
    """Columns of them."""
    return decode(json.dumps(listed).encode(), NINE_NS)[0]


def transformer(name: str, **parameters: Any) -> Transformer:
    """One as a file asks for it."""
    return made(TransformerConfig(name, parameters, "pipeline.yaml:7"))
