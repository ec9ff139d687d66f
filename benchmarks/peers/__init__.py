# SPDX-License-Identifier: Apache-2.0
"""The programs that we measure beside, one file each."""
