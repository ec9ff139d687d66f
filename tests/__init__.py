# SPDX-License-Identifier: Apache-2.0
"""The tests, laid out as the package is; every folder here is a package, so that two files may share a name."""
