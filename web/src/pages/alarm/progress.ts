// SPDX-License-Identifier: Apache-2.0
// How a notification fares, by its look.

import type { Schema } from '../../api/operations';

export const PROGRESS: Record<Schema<'DeliveryView'>['progress'], string> = {
  waiting: 'chip warn',
  delivered: 'chip good',
  'given up': 'chip bad',
  silenced: 'chip',
};
