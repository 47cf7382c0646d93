// SPDX-License-Identifier: Apache-2.0
// Packets in the picture of a path: each a dot that goes from step to step, to where its verdict was
// made.

const STEP_MS = 160;
// More at a time say no more; the counts do.
const SHOWN_MAX = 12;

function centreOf(step: Element, within: DOMRect): string {
  const place = step.getBoundingClientRect();
  return `translate(${place.left + place.width / 2 - within.left}px, ${place.top - within.top}px)`;
}

// Moves a dot over the steps in `row`, up to the one numbered `end`, from 0.
export function movePacket(row: HTMLElement, end: number, dropped: boolean): void {
  if (
    matchMedia('(prefers-reduced-motion: reduce)').matches ||
    row.querySelectorAll('.path-dot').length >= SHOWN_MAX
  ) {
    return;
  }
  const frame = row.getBoundingClientRect();
  const steps = [...row.querySelectorAll('.path-hop')].slice(0, end + 1);
  const dot = document.createElement('span');
  dot.className = dropped ? 'path-dot path-dot-dropped' : 'path-dot';
  dot.ariaHidden = 'true';
  row.append(dot);
  const places = steps.map((step) => ({ transform: centreOf(step, frame), opacity: 1 }));
  const last = places.at(-1)?.transform ?? '';
  const ending = { transform: `${last} scale(${dropped ? 3 : 1})`, opacity: 0 };
  dot
    .animate([...places, { transform: last, opacity: 1 }, ending], STEP_MS * (places.length + 2))
    .finished.finally(() => dot.remove())
    .catch(() => undefined);
}
