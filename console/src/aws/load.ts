// SPDX-License-Identifier: Apache-2.0
// Reading from AWS for as long as a page shows it: asked again and again, so that what the other
// account does is seen.
import { type DependencyList, useCallback, useEffect, useRef, useState } from 'react';
import type { Aws } from '@/aws/clients';
import { useAws } from '@/aws/context';
import { describeError } from '@/aws/error';

const EVERY_MS = 3_000;
// What takes long is asked for more rarely.
const PAUSE_FACTOR = 4;

export interface Loaded<T> {
  data: T | undefined;
  error: string | undefined;
  loading: boolean; // for the first time
  reload: () => void;
}

// The `reload` of what is known without asking.
export const NO_RELOAD = (): void => undefined;

function isVisible(): boolean {
  return document.visibilityState === 'visible';
}

// `load` is called anew when `dependencies` change.
export function useLoad<T>(
  load: (aws: Aws) => Promise<T>,
  dependencies: DependencyList,
): Loaded<T> {
  const aws = useAws();
  const [data, setData] = useState<T>();
  const [error, setError] = useState<string>();
  const wake = useRef<() => void>(() => undefined);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      clearTimeout(timer);
      const began = performance.now();
      try {
        const found = await latest.current(aws);
        if (!ended) {
          setData(found);
          setError(undefined);
        }
      } catch (failure) {
        if (!ended) {
          setError(describeError(failure));
        }
      }
      if (!ended) {
        const pause = Math.max(EVERY_MS, PAUSE_FACTOR * (performance.now() - began));
        clearTimeout(timer);
        timer = setTimeout(() => (isVisible() ? void look() : undefined), pause);
      }
    };
    const wakeUp = () => void look();
    const onVisible = () => (isVisible() ? wakeUp() : undefined);
    wake.current = wakeUp;
    setData(undefined);
    setError(undefined);
    void look();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
    // The dependencies are the caller's.
  }, [aws, ...dependencies]);

  const reload = useCallback(() => wake.current(), []);
  return { data, error, loading: data === undefined && error === undefined, reload };
}
