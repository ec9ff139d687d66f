// SPDX-License-Identifier: Apache-2.0
// What is measured in one unit has one scale.

/** The name of a unit's scale in a plot. */
export function scaleName(unit: string | null): string {
  return `unit ${unit ?? ''}`;
}
