# SPDX-License-Identifier: Apache-2.0
"""A made-up cloud: tenants, hosts and instances with a week of believable measures, sent like a real one's."""
