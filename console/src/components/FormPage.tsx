// SPDX-License-Identifier: Apache-2.0
// The frame of every form: what AWS refuses is told above the buttons, and the work shows progress.
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import { describeError } from '@/aws/error';
import { useText } from '@/i18n/language';

interface FormFrameProps {
  submit: { label: string; disabled?: boolean; run: () => Promise<void> };
  onCancel?: () => void;
  header?: ReactNode;
  children: ReactNode;
}

// Not an HTML form: the page's policy lets none act, and a form may stand in another one's field.
export function FormFrame({ submit, onCancel, header, children }: FormFrameProps) {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await submit.run();
    } catch (failure) {
      setError(describeError(failure));
    }
    setBusy(false);
  };
  return (
    <Form
      header={header}
      errorText={error}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {onCancel !== undefined && (
            <Button variant="link" onClick={onCancel}>
              {t.common.cancel}
            </Button>
          )}
          <Button
            variant="primary"
            loading={busy}
            disabled={submit.disabled}
            onClick={() => void run()}
          >
            {submit.label}
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">{children}</SpaceBetween>
    </Form>
  );
}

interface FormPageProps extends Omit<FormFrameProps, 'header'> {
  title: string;
  description?: string;
}

export function FormPage({ title, description, ...frame }: FormPageProps) {
  return (
    <FormFrame
      {...frame}
      header={
        <Header variant="h1" description={description}>
          {title}
        </Header>
      }
    />
  );
}

interface FormModalProps {
  title: string;
  size?: 'medium' | 'large' | 'max';
  onCancel: () => void;
  children: ReactNode;
}

// For what is made on the way, without leaving a form that is half filled in.
export function FormModal({ title, size = 'large', onCancel, children }: FormModalProps) {
  const t = useText();
  return (
    <Modal visible size={size} header={title} closeAriaLabel={t.common.cancel} onDismiss={onCancel}>
      {children}
    </Modal>
  );
}
