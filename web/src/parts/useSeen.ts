// SPDX-License-Identifier: Apache-2.0
// Whether something has come into sight: what lies far below is not loaded before.

import { useEffect, useRef, useState } from 'preact/hooks';

/** A ref for an element, and whether it has been in sight, or nearly. */
export function useSeen<E extends HTMLElement>(): [{ current: E | null }, boolean] {
  const element = useRef<E>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (seen || !element.current) return;
    if (typeof IntersectionObserver === 'undefined') {
      setSeen(true);
      return;
    }
    const onSight = (entries: IntersectionObserverEntry[]): void => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    };
    const watch = new IntersectionObserver(onSight, { rootMargin: '300px' });
    watch.observe(element.current);
    return () => watch.disconnect();
  }, [seen]);
  return [element, seen];
}
