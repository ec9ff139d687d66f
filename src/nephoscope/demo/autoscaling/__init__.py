# SPDX-License-Identifier: Apache-2.0
"""A closed loop on one machine: load, workers that measure themselves, alarms, and a group that follows the load."""
