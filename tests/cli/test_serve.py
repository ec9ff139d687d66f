# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""How the server's process is set up."""

import gc

from nephoscope.cli.serve import COLLECT_AFTER, seldom_collect


def test_the_collector_of_garbage_passes_over_the_program_and_looks_seldom() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    try:
        seldom_collect()
        assert COLLECT_AFTER == gc.get_threshold()
        assert gc.get_freeze_count() > frozen
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
