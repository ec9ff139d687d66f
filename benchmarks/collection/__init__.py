# SPDX-License-Identifier: Apache-2.0
"""What collection costs: agents, notifications, pipelines."""
