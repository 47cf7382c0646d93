// SPDX-License-Identifier: Apache-2.0
// What has just been done, or could not be: the bar above each page.
import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { describeError } from '@/aws/error';
import { useText } from '@/i18n/language';

const KEPT = 4;

interface Notifications {
  items: FlashbarProps.MessageDefinition[];
  tell: (type: FlashbarProps.Type, content: string) => void;
}

const Context = createContext<Notifications>({ items: [], tell: () => undefined });

export function NotificationsProvider({ children }: { children: ReactNode }) {
  const t = useText();
  const [items, setItems] = useState<FlashbarProps.MessageDefinition[]>([]);
  const tell = useCallback(
    (type: FlashbarProps.Type, content: string) => {
      const id = crypto.getRandomValues(new Uint32Array(1)).toString();
      const item: FlashbarProps.MessageDefinition = {
        id,
        type,
        content,
        dismissible: true,
        dismissLabel: t.common.dismiss,
        onDismiss: () => setItems((now) => now.filter((one) => one.id !== id)),
      };
      setItems((now) => [item, ...now].slice(0, KEPT));
    },
    [t],
  );
  const value = useMemo(() => ({ items, tell }), [items, tell]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function NotificationBar() {
  return <Flashbar items={useContext(Context).items} />;
}

// Runs what a click asks for, and tells how it went. Whether it went well.
export function useRun(): (work: () => Promise<void>, done: string) => Promise<boolean> {
  const { tell } = useContext(Context);
  return useCallback(
    async (work, done) => {
      try {
        await work();
        tell('success', done);
        return true;
      } catch (error) {
        tell('error', describeError(error));
        return false;
      }
    },
    [tell],
  );
}
