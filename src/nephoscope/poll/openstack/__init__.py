# SPDX-License-Identifier: Apache-2.0
"""What the services of an OpenStack cloud tell of what they keep: pollsters of the central namespace, discoveries."""
