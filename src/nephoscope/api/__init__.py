# SPDX-License-Identifier: Apache-2.0
"""HTTP dialects over the stations."""
