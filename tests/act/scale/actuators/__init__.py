# SPDX-License-Identifier: Apache-2.0
"""Tests of `nephoscope.act.scale.actuators`."""
