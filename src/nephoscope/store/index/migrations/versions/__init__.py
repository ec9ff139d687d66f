# SPDX-License-Identifier: Apache-2.0
"""One file a step; each names the one before it."""
