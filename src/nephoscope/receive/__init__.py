# SPDX-License-Identifier: Apache-2.0
"""Doors that others push to: bytes become batches of columns."""

RECEIVERS: dict[str, str] = {
    "gnocchi": "nephoscope.receive.measures:decode_by_resource",
    "influxdb": "nephoscope.receive.influxdb:decode",
    "prometheus": "nephoscope.receive.prometheus:decode",
}
"""What is understood, each with its decoder: the dialects' addresses take it in."""
