// SPDX-License-Identifier: Apache-2.0
// What can be done to a resource: one menu, one way to ask before something is lost.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Link from '@cloudscape-design/components/link';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useRun } from '@/app/notifications';
import { pageOf } from '@/app/pageOf';
import { follow, useAddress } from '@/app/router';
import type { Aws } from '@/aws/clients';
import { useAws } from '@/aws/context';
import { useLoad } from '@/aws/load';
import { label } from '@/aws/names';
import type { Use } from '@/aws/uses';
import { useText } from '@/i18n/language';

const USES_SHOWN = 10;

export interface Action<T> {
  id: string;
  label: string;
  // Whether it can be done to `subject` now. Default: always.
  enabled?: (subject: T) => boolean;
  // What is lost by it; it is done only after a "yes". Default: it is done at once.
  confirm?: (subject: T) => string;
  // What has to go first. Default: nothing.
  blockedBy?: (aws: Aws, subject: T) => Promise<Use[]>;
  run: (aws: Aws, subject: T) => Promise<void>;
  done: (subject: T) => string;
}

interface ConfirmationProps<T> {
  action: Action<T>;
  subject: T;
  busy: boolean;
  onYes: () => void;
  onNo: () => void;
}

// What will be lost, and what stands in the way as things are now.
function Confirmation<T>({ action, subject, busy, onYes, onNo }: ConfirmationProps<T>) {
  const t = useText();
  const address = useAddress();
  const uses = useLoad(
    (aws) => action.blockedBy?.(aws, subject) ?? Promise.resolve<Use[]>([]),
    [action.id],
  );
  const { data = [] } = uses;
  return (
    <Modal
      visible
      header={action.label}
      closeAriaLabel={t.common.cancel}
      onDismiss={onNo}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onNo}>
              {t.common.cancel}
            </Button>
            <Button variant="primary" loading={busy} onClick={onYes}>
              {action.label}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {action.confirm?.(subject)}
        {data.length > 0 && (
          <Alert type="warning" header={t.common.blocked}>
            {data.slice(0, USES_SHOWN).map(({ id, name }) => {
              const page = pageOf(id);
              return (
                <div key={id}>
                  {page === undefined ? (
                    label(id, name)
                  ) : (
                    <Link href={address(page)} onFollow={follow}>
                      {label(id, name)}
                    </Link>
                  )}
                </div>
              );
            })}
            {data.length > USES_SHOWN && t.common.more(data.length - USES_SHOWN)}
          </Alert>
        )}
      </SpaceBetween>
    </Modal>
  );
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
        <Confirmation
          {...asked}
          busy={busy}
          onYes={() => void act(asked.action, asked.subject)}
          onNo={() => setAsked(undefined)}
        />
      )}
    </>
  );
}
