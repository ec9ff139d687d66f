# SPDX-License-Identifier: Apache-2.0
"""What deciding alarms costs, beside Aodh's evaluator."""
