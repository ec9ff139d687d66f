# SPDX-License-Identifier: Apache-2.0
"""The nouns of telemetry, pure: they import nothing else of ours."""
