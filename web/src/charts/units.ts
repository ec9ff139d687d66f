// SPDX-License-Identifier: Apache-2.0
// Numbers with their units: IEC prefixes for bytes, SI prefixes for rates and counts, four significant digits at most.

const IEC = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const SI: readonly [number, string][] = [
  [1e18, 'E'],
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
];
const SMALL: readonly [number, string][] = [
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
  [1e-9, 'n'],
];
const TIMES: readonly [number, string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
  [1e-3, 'ms'],
  [1e-6, 'µs'],
  [1e-9, 'ns'],
];
const SECONDS: Record<string, number> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, sec: 1, min: 60, h: 3600 };
const BYTES: Record<string, number> = {
  b: 1,
  byte: 1,
  bytes: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** How a value of some unit is written: divided by `divisor`, followed by `unit`. */
export interface Scale {
  divisor: number;
  unit: string;
}

/** `1.234 GiB`, `12.3 %`, `4 ms`; an em dash for no value. */
export function show(value: number | null | undefined, unit: string | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '—';
  const scale = scaleFor(value, unit);
  return withUnit(digits(value / scale.divisor), scale.unit);
}

/** A value at the scale that its neighbours on an axis have, with as many digits as `step` can tell apart. */
export function showAt(value: number, scale: Scale, step: number): string {
  const shown = value / scale.divisor;
  const width = Math.abs(step / scale.divisor) || 1;
  const whole = Math.max(0, -Math.floor(Math.log10(width) + 1e-9));
  // A step of 2.5 has a digit more than its size tells.
  const isEven = Math.abs(width * 10 ** whole - Math.round(width * 10 ** whole)) < 1e-6;
  const decimals = Math.min(9, isEven ? whole : whole + 1);
  return withUnit(trimmed(shown.toFixed(decimals)), scale.unit);
}

/** The value as it is, for copying: all digits and the unit as the metric has it. */
export function showRaw(value: number | null | undefined, unit: string | null | undefined): string {
  return value === null || value === undefined ? '—' : withUnit(String(value), unit ?? '');
}

/** The scale at which a value of this size reads best. */
export function scaleFor(value: number, unit: string | null | undefined): Scale {
  const name = unit ?? '';
  const size = Math.abs(value);
  const [noun, per] = split(name);
  const seconds = SECONDS[noun];
  if (seconds !== undefined) return timeScale(size, seconds, per);
  const bytes = noun === 'B' || noun.length > 1 ? BYTES[noun.toLowerCase()] : undefined;
  if (bytes !== undefined) {
    const inBytes = size * bytes;
    const { divisor, unit: prefix } = per ? siScale(inBytes) : iecScale(inBytes);
    return { divisor: divisor / bytes, unit: `${prefix}B${per}` };
  }
  if (name === '%' || name === '°C' || name === 'C') return { divisor: 1, unit: name === 'C' ? '°C' : name };
  const { divisor, unit: prefix } = size >= 1 || size === 0 ? siScale(size) : smallScale(size, name);
  // `k packets` reads as two words, `kpackets` as none.
  const spaced = prefix && noun.length > 3 ? `${prefix} ${name}` : prefix + name;
  return { divisor, unit: spaced };
}

/** The steps of an axis that are round in a unit: powers of two for bytes, 60 for times, tens for the rest. */
export function roundSteps(scale: Scale, unit: string | null | undefined): number[] {
  const [noun, per] = split(unit ?? '');
  const binary = !per && BYTES[noun.toLowerCase()] !== undefined && noun !== 'b';
  const bases = binary ? [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] : [1, 2, 2.5, 5];
  const steps: number[] = [];
  if (binary) for (const base of [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, ...bases]) steps.push(base * scale.divisor);
  else for (let power = -12; power <= 18; power++) for (const base of bases) steps.push(base * 10 ** power);
  return steps;
}

/** Four significant digits at most, and no zeros at the end. */
export function digits(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return Number.isFinite(value) ? '0' : '∞';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e15) return value.toExponential(2);
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(size)));
  return trimmed(value.toFixed(Math.min(decimals, 8)));
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function withUnit(text: string, unit: string): string {
  return unit ? `${text}\u202f${unit}` : text;
}

/** `B/s` → `B` and `/s`. */
function split(unit: string): [noun: string, per: string] {
  const slash = unit.indexOf('/');
  return slash < 0 ? [unit, ''] : [unit.slice(0, slash), unit.slice(slash)];
}

/** Time spent per second, such as by processors, is never written in more than seconds: 2 s/s keep two of them busy. */
function timeScale(size: number, seconds: number, per: string): Scale {
  const inSeconds = size * seconds;
  const known = per ? TIMES.filter(([each]) => each <= 1) : TIMES;
  const [factor, unit] = known.find(([each]) => inSeconds >= each) ?? (inSeconds === 0 ? [1, 's'] : TIMES.at(-1)!);
  return { divisor: factor / seconds, unit: unit + per };
}

function iecScale(size: number): Scale {
  const power = size < 1 ? 0 : Math.min(IEC.length - 1, Math.floor(Math.log2(size) / 10));
  return { divisor: 1024 ** power, unit: IEC[power]! };
}

function siScale(size: number): Scale {
  const [divisor, unit] = SI.find(([each]) => size >= each) ?? [1, ''];
  return { divisor, unit };
}

function smallScale(size: number, name: string): Scale {
  // A thousandth of a thing without a unit is 0.001, of a watt 1 mW.
  if (!name || name.length > 3 || name.includes('/')) return { divisor: 1, unit: '' };
  const [divisor, unit] = SMALL.find(([each]) => size >= each) ?? SMALL.at(-1)!;
  return { divisor, unit };
}
