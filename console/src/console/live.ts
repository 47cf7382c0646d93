// SPDX-License-Identifier: Apache-2.0
// What happens, as the daemon tells it while a page shows it: packets, and the way of one. One stream for
// each page; see src/console/live_streams.h.
import { useEffect, useRef, useState } from 'react';
import { describeError } from '@/aws/error';
import { HEADERS, refusalOf } from '@/console/call';
import type { PacketEvent } from '@/console/events';
import { EventParser, type Message } from '@/console/eventStream';
import type { Explanation, Question } from '@/console/explain';

// The daemon says something every ten seconds at least.
const SILENCE_MS = 25_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export type Connection = 'connecting' | 'live' | 'broken';

export interface Live {
  connection: Connection;
  error: string | undefined; // why the question has no answer, or nothing is told
  lost: number; // packets that found no room
  explanation: Explanation | undefined;
}

const NOTHING_YET: Live = {
  connection: 'connecting',
  error: undefined,
  lost: 0,
  explanation: undefined,
};

// How long to wait after so many failures in a row: longer each time, and not all pages at once.
export function pauseAfter(failures: number, chance: number): number {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  return longest * (0.5 + chance / 2);
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

// Until somebody looks at the page.
async function untilVisible(signal: AbortSignal): Promise<void> {
  while (document.visibilityState !== 'visible' && !signal.aborted) {
    await new Promise<void>((resolve) => {
      document.addEventListener('visibilitychange', () => resolve(), { once: true, signal });
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

// Reads one stream to its end: the daemon's, silence, or that of `signal`.
async function readStream(
  path: string,
  signal: AbortSignal,
  onMessages: (messages: Message[]) => void,
): Promise<void> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  listen();
  try {
    const response = await fetch(path, {
      headers: { ...HEADERS, Accept: 'text/event-stream' },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || response.body === null) {
      throw await refusalOf(response);
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    onMessages([]);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      listen();
      onMessages(parser.read(value));
    }
  } finally {
    clearTimeout(timer);
  }
}

function packetsOf(messages: Message[]): PacketEvent[] {
  return messages
    .filter(({ event }) => event === 'packet')
    .map(({ data }) => JSON.parse(data) as PacketEvent);
}

// What is known after `message`. `lostBefore`: on earlier streams of the same page.
export function withMessage(live: Live, { event, data }: Message, lostBefore: number): Live {
  switch (event) {
    case 'path':
      return { ...live, explanation: JSON.parse(data) as Explanation, error: undefined };
    case 'refused': {
      const { code = '', error = '' } = JSON.parse(data) as { code?: string; error?: string };
      return { ...live, explanation: undefined, error: code === '' ? error : `${code}: ${error}` };
    }
    case 'lost':
      return { ...live, lost: lostBefore + (JSON.parse(data) as { lost: number }).lost };
    default:
      return live;
  }
}

// Watches packets, and the way that `question` asks for. Nothing is watched while nobody looks.
export function useLive(
  account: string,
  question: Question | undefined,
  onPackets: (packets: PacketEvent[]) => void,
): Live {
  const [live, setLive] = useState(NOTHING_YET);
  const latest = useRef(onPackets);
  latest.current = onPackets;
  const query = new URLSearchParams({ account, ...question }).toString();
  useEffect(() => {
    const ended = new AbortController();
    let visit = new AbortController();
    const onVisibility = () => (document.visibilityState === 'visible' ? undefined : visit.abort());
    let known = NOTHING_YET;
    const show = (now: Live) => {
      known = now;
      setLive(now);
    };
    const watch = async () => {
      let failures = 0;
      while (!ended.signal.aborted) {
        await untilVisible(ended.signal);
        visit = new AbortController();
        const lostBefore = known.lost;
        const take = (messages: Message[]) => {
          failures = 0;
          const packets = packetsOf(messages);
          if (packets.length > 0) {
            latest.current(packets);
          }
          const open: Live =
            known.connection === 'live'
              ? known
              : { ...known, connection: 'live', error: undefined };
          show(messages.reduce((before, one) => withMessage(before, one, lostBefore), open));
        };
        const signal = AbortSignal.any([ended.signal, visit.signal]);
        let error: string | undefined;
        await readStream(`/console/api/live?${query}`, signal, take).catch(
          (failure: unknown) => (error = describeError(failure)),
        );
        if (!signal.aborted) {
          show({ ...known, connection: 'broken', error: error ?? known.error });
          await sleep(pauseAfter(failures, Math.random()), ended.signal);
          failures += 1;
        }
      }
    };
    setLive(NOTHING_YET);
    document.addEventListener('visibilitychange', onVisibility);
    void watch();
    return () => {
      ended.abort();
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [query]);
  return live;
}
