// SPDX-License-Identifier: Apache-2.0
// The time range of the page, its refresh, and the zone.

import { useMemo, useState } from 'preact/hooks';

import { Button, IconButton } from '../parts/Button';
import { Field, Select } from '../parts/Field';
import { Menu, Popover } from '../parts/Menu';
import { narrow } from '../parts/narrow';
import { showSecond } from '../parts/second';
import { instant, readRange, type RangeText } from '../state/moment';
import {
  isLive,
  now,
  PRESETS,
  range,
  rangeIsGood,
  refresh,
  REFRESHES,
  renew,
  setRange,
  setRefresh,
  shift,
  span,
  zoomOut,
} from '../state/time';
import { localZone, setZone, showClock, showDay, showOffset, showTime, zone, zones } from '../state/zone';
import { timePickerOpen } from './keys';

export function TimeControls() {
  // In a narrow window what is missing here stands in the picker.
  const short = narrow.value;
  return (
    <div class="time-controls" role="group" aria-label="Time">
      <IconButton icon="left" label="Earlier ([)" onClick={() => shift(-1)} />
      <Popover
        class="time-range"
        label={`Time range: ${rangeName(range.value)} (t)`}
        {...(short ? {} : { icon: 'clock' as const })}
        shown={<span class={rangeIsGood.value ? undefined : 'field-problem'}>{rangeName(range.value)}</span>}
        open={timePickerOpen.value}
        onOpen={(open) => (timePickerOpen.value = open)}
        align="end"
      >
        {(close) => <Picker close={close} />}
      </Popover>
      <IconButton icon="right" label="Later (])" onClick={() => shift(1)} />
      {short ? <ShortRefresh /> : <ZoomAndRefresh />}
      <Popover
        class="time-zone"
        label={`Time zone: ${zone.value}`}
        shown={short ? placeOf(zone.value) : zone.value}
        align="end"
      >
        {(close) => <ZonePicker close={close} />}
      </Popover>
    </div>
  );
}

function ZoomAndRefresh() {
  return (
    <>
      <IconButton icon="zoomout" label={ZOOM_OUT} onClick={zoomOut} />
      <IconButton icon="refresh" label="Refresh (r)" onClick={renew} />
      <Menu
        label={`Refresh by itself: ${refreshName(refresh.value)}`}
        shown={refreshName(refresh.value)}
        align="end"
        items={REFRESHES.map((seconds) => ({
          label: refreshName(seconds),
          chosen: seconds === refresh.value,
          onChoose: () => setRefresh(seconds),
        }))}
      />
    </>
  );
}

function ShortRefresh() {
  const every = refresh.value ? refreshName(refresh.value) : undefined;
  return (
    <IconButton
      icon="refresh"
      label={every ? `Refresh (r); by itself every ${every}` : 'Refresh (r)'}
      onClick={renew}
    >
      {every}
    </IconButton>
  );
}

const ZOOM_OUT = 'Zoom out (-)';

/** The place that a zone is named after: `Berlin` of Europe/Berlin. */
export function placeOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/** A range in words: a preset's name, or its two ends without what they have in common. */
export function rangeName(given: RangeText): string {
  const preset = PRESETS.find((each) => each.range.from === given.from && each.range.to === given.to);
  if (preset) return preset.label;
  if (given.from.startsWith('now') || given.to.startsWith('now')) {
    const relative = /^now-(\d+)([smhdwMy])$/.exec(given.from);
    const words: Record<string, string> = {
      s: 'seconds',
      m: 'minutes',
      h: 'hours',
      d: 'days',
      w: 'weeks',
      M: 'months',
      y: 'years',
    };
    if (relative && given.to === 'now') return `Last ${relative[1]} ${words[relative[2]!]}`;
  }
  if (!rangeIsGood.value) return 'Unreadable range';
  const [start, stop] = [span.value.start_ms, span.value.stop_ms];
  const end = given.to === 'now' ? 'now' : showDay(start) === showDay(stop) ? clock(stop) : short(stop);
  return `${short(start)} – ${end}`;
}

function clock(ms: number): string {
  return showClock(ms, ms % 60_000 !== 0);
}

function short(ms: number): string {
  return `${showDay(ms)} ${clock(ms)}`;
}

function refreshName(seconds: number): string {
  if (!seconds) return 'Off';
  return seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
}

function Picker({ close }: { close: () => void }) {
  const choose = (chosen: RangeText): void => {
    setRange(chosen);
    close();
  };
  return (
    <div class="picker">
      <div>
        {narrow.value && <ZoomAndRefreshFields close={close} />}
        <FreeText onChoose={choose} />
        <Absolute onChoose={choose} />
        <p class="muted">
          Times are of {zone.value}, {showOffset(now.value)}.{!isLive.value && ' This range does not move with now.'}
        </p>
      </div>
      <ul class="menu" aria-label="Usual ranges">
        {PRESETS.map((preset) => (
          <li key={preset.label}>
            <button
              type="button"
              aria-current={
                (preset.range.from === range.value.from && preset.range.to === range.value.to) || undefined
              }
              onClick={() => choose(preset.range)}
            >
              {preset.label}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What a wide window has in its bar. */
function ZoomAndRefreshFields({ close }: { close: () => void }) {
  const widen = (): void => {
    zoomOut();
    close();
  };
  return (
    <div class="row end">
      <Select
        label="Refresh by itself"
        value={String(refresh.value)}
        onValue={(seconds) => setRefresh(Number(seconds))}
        options={REFRESHES.map((seconds) => ({ value: String(seconds), label: refreshName(seconds) }))}
      />
      <Button icon="zoomout" onClick={widen}>
        {ZOOM_OUT}
      </Button>
    </div>
  );
}

function FreeText({ onChoose }: { onChoose: (range: RangeText) => void }) {
  const [text, setText] = useState('');
  const read = text ? readRange(text, Date.now(), zone.value) : null;
  const ends = read && [read.from, read.to].map((each) => instant(each, Date.now(), zone.value)!);
  const good = ends && ends[0]! < ends[1]!;
  const hint = good
    ? `${showTime(Math.round(ends[0]! / 1000) * 1000)} to ${showTime(Math.round(ends[1]! / 1000) * 1000)}`
    : '6h, yesterday, now-2d to now-1d, 2026-11-21 10:00';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (read && good) onChoose(read);
      }}
    >
      <Field
        label="Range in words"
        autofocus
        autocomplete="off"
        value={text}
        onValue={setText}
        hint={hint}
        problem={text && !good ? 'Not understood yet; try 6h, yesterday, or two times with “to” between.' : undefined}
      />
    </form>
  );
}

function Absolute({ onChoose }: { onChoose: (range: RangeText) => void }) {
  const [from, setFrom] = useState(() => wall(span.peek().start_ms));
  const [to, setTo] = useState(() => wall(span.peek().stop_ms));
  const read = readRange(`${from} to ${to}`, Date.now(), zone.value);
  const good = read && from && to && read.from < read.to;
  return (
    <form
      class="absolute"
      onSubmit={(event) => {
        event.preventDefault();
        if (read && good) onChoose(read);
      }}
    >
      <Field label="From" type="datetime-local" step="1" value={from} onValue={setFrom} />
      <Field
        label="To"
        type="datetime-local"
        step="1"
        value={to}
        onValue={setTo}
        problem={good ? undefined : 'The end must come after the start.'}
      />
      <Button kind="primary" type="submit" disabled={!good}>
        Apply
      </Button>
    </form>
  );
}

function wall(ms: number): string {
  return showSecond(ms).replace(' ', 'T');
}

function ZonePicker({ close }: { close: () => void }) {
  const all = useMemo(zones, []);
  const choose = (name: string): void => {
    setZone(name);
    close();
  };
  return (
    <div class="zone-picker">
      <Button onClick={() => choose('UTC')}>UTC</Button>
      {localZone !== 'UTC' && <Button onClick={() => choose(localZone)}>This browser: {localZone}</Button>}
      <Select label="Any zone" value={zone.value} onValue={choose} options={all} />
    </div>
  );
}
