# SPDX-License-Identifier: Apache-2.0
"""The door for OpenStack's notifications: what services tell on the message bus becomes samples and events."""
