# SPDX-License-Identifier: Apache-2.0
"""Who is told of which alarms, together with which others, and who is left in peace: silences, routes, inhibitions."""
