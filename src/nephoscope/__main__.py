# SPDX-License-Identifier: Apache-2.0
"""`python -m nephoscope` is the command line."""

from nephoscope.cli import main

main(prog_name="nephoscope")
