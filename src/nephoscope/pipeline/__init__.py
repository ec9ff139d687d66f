# SPDX-License-Identifier: Apache-2.0
"""The station that matches samples to sources, transforms them, and publishes what comes of it."""
