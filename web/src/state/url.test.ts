// SPDX-License-Identifier: Apache-2.0

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { href, listen, navigate, param, params, path, setParams } from './url';

let end: () => void;

beforeEach(() => {
  window.scrollTo = vi.fn();
  end = listen();
  navigate('/resources?type=instance&from=now-6h&tz=UTC', { replace: true });
});

afterEach(() => end());

it('path and parameters are those of the address', () => {
  expect(path.value).toBe('/resources');
  expect(param('type').value).toBe('instance');
  expect(param('sort', 'name').value).toBe('name');
});

it('links carry what holds for the whole page, and nothing else', () => {
  expect(href('/explore')).toBe('/explore?from=now-6h&tz=UTC');
  expect(href('/explore', { from: 'now-1h', metric: ['a', 'b'] })).toBe(
    '/explore?tz=UTC&from=now-1h&metric=a&metric=b',
  );
  expect(href('/explore?tz=Asia/Kolkata')).toContain('tz=Asia/Kolkata');
});

it('a parameter can be set, repeated and removed', () => {
  setParams({ type: null, attribute: ['a=1', 'b=2'], empty: '' });
  expect(params.value.getAll('attribute')).toEqual(['a=1', 'b=2']);
  expect(params.value.has('type')).toBe(false);
  expect(params.value.has('empty')).toBe(false);
  expect(params.value.get('from')).toBe('now-6h');
});

it('times stay readable in the address', () => {
  setParams({ from: '2026-11-21T10:00:00Z' });
  expect(window.location.search).toContain('from=2026-11-21T10:00:00Z');
});

it('a click on a link of our own stays on the page, others are left alone', () => {
  document.body.innerHTML = `<a id="own" href="/sql">own</a><a id="api" href="/api/v1/openapi.json">api</a>
    <a id="blank" href="/sql" target="_blank">new</a>`;
  const press = (id: string, init: MouseEventInit = {}): boolean => {
    let taken = false;
    // Asked last, and then nothing is left to the browser, which would load the page.
    const last = (event: Event): void => {
      taken = event.defaultPrevented;
      event.preventDefault();
    };
    window.addEventListener('click', last, { once: true });
    const event = new MouseEvent('click', { bubbles: true, cancelable: true, ...init });
    document.getElementById(id)!.dispatchEvent(event);
    return taken;
  };
  expect(press('api')).toBe(false);
  expect(press('blank')).toBe(false);
  expect(press('own', { ctrlKey: true })).toBe(false);
  expect(path.value).toBe('/resources');
  expect(press('own')).toBe(true);
  expect(path.value).toBe('/sql');
});
