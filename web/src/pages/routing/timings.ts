// SPDX-License-Identifier: Apache-2.0
// Intervals of mute timings, as lists with commas between.

import type { Schema } from '../../api/operations';
import { listOf } from '../silences/matchers';

export type Interval = Schema<'TimeInterval'>;

export interface IntervalDraft {
  times: string;
  weekdays: string;
  days_of_month: string;
  months: string;
  years: string;
  location: string;
}

export const NO_INTERVAL: IntervalDraft = {
  times: '',
  weekdays: '',
  days_of_month: '',
  months: '',
  years: '',
  location: '',
};

/** The fields of an interval, with what goes into them. */
export const PARTS: readonly { key: keyof IntervalDraft; label: string; example: string }[] = [
  { key: 'times', label: 'Times of the day', example: '22:00-24:00, 00:00-06:00' },
  { key: 'weekdays', label: 'Weekdays', example: 'monday:friday, sunday' },
  { key: 'days_of_month', label: 'Days of the month', example: '1:7, -1' },
  { key: 'months', label: 'Months', example: 'may:august, december' },
  { key: 'years', label: 'Years', example: '2026:2028' },
];

export function intervalDraft(given: Interval): IntervalDraft {
  const listed = (part: readonly string[] | undefined): string => (part ?? []).join(', ');
  return {
    times: (given.times ?? []).map((each) => `${each.start_time}-${each.end_time}`).join(', '),
    weekdays: listed(given.weekdays),
    days_of_month: listed(given.days_of_month),
    months: listed(given.months),
    years: listed(given.years),
    location: given.location ?? '',
  };
}

/** What stands in the fields; what is no range is for the server to refuse. */
export function intervalOf(draft: IntervalDraft): Interval {
  const times = listOf(draft.times).map((each) => {
    const [start_time = '', end_time = ''] = each.split(/\s*[-–]\s*/);
    return { start_time, end_time };
  });
  return {
    times,
    weekdays: listOf(draft.weekdays),
    days_of_month: listOf(draft.days_of_month),
    months: listOf(draft.months),
    years: listOf(draft.years),
    location: draft.location.trim(),
  };
}

/** `22:00-24:00, monday:friday, Europe/Ljubljana`; of one that says nothing `at all times`. */
export function intervalText(given: Interval): string {
  const { location, ...parts } = intervalDraft(given);
  const told = Object.values(parts).filter(Boolean).join('; ');
  return told ? `${told} (${location || 'UTC'})` : 'at all times';
}
