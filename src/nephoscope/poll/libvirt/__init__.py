# SPDX-License-Identifier: Apache-2.0
"""The hypervisor's own word on its guests: counters and descriptions of a host's domains, from libvirt."""
