# SPDX-License-Identifier: Apache-2.0
"""What is done about a decision: who is told of it."""
