# SPDX-License-Identifier: Apache-2.0
"""Write and read columns: the contract, the schema, the engines, the index."""
