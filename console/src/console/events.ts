// SPDX-License-Identifier: Apache-2.0
// What becomes of packets, as it happens: `postern watch`, for as long as a page shows it.
import { useEffect, useRef, useState } from 'react';
import { call } from '@/console/call';

export interface PacketEvent {
  number: number;
  time: string;
  verdict?: string;
  action?: string; // Pass, Answer, Reset, Drop
  meaning?: string;
  protocol?: string;
  source?: string;
  destination?: string;
  source_port?: number;
  destination_port?: number;
  interface?: string;
  instance?: string;
  account?: string;
}

interface Batch {
  events: PacketEvent[];
  next: number;
  lost: number;
}

const AFTER_FAILURE_MS = 3_000;

export function isDrop(event: PacketEvent): boolean {
  return event.action === 'Drop' || event.action === 'Reset';
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

// Tells `onEvents` of the events from now on; the daemon answers within half a second. Gives how many
// found no room meanwhile. Nothing is asked for while nobody looks.
export function useEvents(account: string, onEvents: (events: PacketEvent[]) => void): number {
  const [lost, setLost] = useState(0);
  const latest = useRef(onEvents);
  latest.current = onEvents;
  useEffect(() => {
    const abort = new AbortController();
    const watch = async () => {
      let after = '';
      let lostBefore: number | undefined;
      while (!abort.signal.aborted) {
        if (document.visibilityState !== 'visible') {
          await pause(AFTER_FAILURE_MS);
          continue;
        }
        try {
          const path = `events?account=${account}${after}`;
          const batch = await call<Batch>('GET', path, undefined, abort.signal);
          after = `&after=${batch.next}`;
          lostBefore ??= batch.lost;
          setLost(batch.lost - lostBefore);
          if (batch.events.length > 0 && !abort.signal.aborted) {
            latest.current(batch.events);
          }
        } catch {
          await pause(AFTER_FAILURE_MS);
        }
      }
    };
    void watch();
    return () => abort.abort();
  }, [account]);
  return lost;
}
