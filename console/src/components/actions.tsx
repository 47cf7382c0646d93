// SPDX-License-Identifier: Apache-2.0
// What can be done to a resource: one menu, one way to ask before something is lost.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Aws } from '@/aws/clients';
import { useAws } from '@/aws/context';
import { useRun } from '@/app/notifications';
import { useText } from '@/i18n/language';

export interface Action<T> {
  id: string;
  label: string;
  // Whether it can be done to `subject` now. Default: always.
  enabled?: (subject: T) => boolean;
  // What is lost by it; it is done only after a "yes". Default: it is done at once.
  confirm?: (subject: T) => string;
  run: (aws: Aws, subject: T) => Promise<void>;
  done: (subject: T) => string;
}

interface ActionMenuProps<T> {
  actions: Action<T>[];
  subject: T | undefined;
  onDone: () => void;
}

export function ActionMenu<T>({ actions, subject, onDone }: ActionMenuProps<T>) {
  const t = useText();
  const aws = useAws();
  const run = useRun();
  const [asked, setAsked] = useState<{ action: Action<T>; subject: T }>();
  const [busy, setBusy] = useState(false);

  const act = async (action: Action<T>, on: T) => {
    setBusy(true);
    await run(() => action.run(aws, on), action.done(on));
    setBusy(false);
    setAsked(undefined);
    onDone();
  };
  const choose = (id: string) => {
    const action = actions.find((one) => one.id === id);
    if (action === undefined || subject === undefined) {
      return;
    }
    if (action.confirm === undefined) {
      void act(action, subject);
    } else {
      setAsked({ action, subject });
    }
  };

  return (
    <>
      <ButtonDropdown
        disabled={subject === undefined}
        loading={busy && asked === undefined}
        items={actions.map((action) => ({
          id: action.id,
          text: action.label,
          disabled: subject === undefined || action.enabled?.(subject) === false,
        }))}
        onItemClick={({ detail }) => choose(detail.id)}
      >
        {t.common.actions}
      </ButtonDropdown>
      {asked !== undefined && (
        <Modal
          visible
          header={asked.action.label}
          closeAriaLabel={t.common.cancel}
          onDismiss={() => setAsked(undefined)}
          footer={
            <Box float="right">
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="link" onClick={() => setAsked(undefined)}>
                  {t.common.cancel}
                </Button>
                <Button
                  variant="primary"
                  loading={busy}
                  onClick={() => void act(asked.action, asked.subject)}
                >
                  {asked.action.label}
                </Button>
              </SpaceBetween>
            </Box>
          }
        >
          {asked.action.confirm?.(asked.subject)}
        </Modal>
      )}
    </>
  );
}
