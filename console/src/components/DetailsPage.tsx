// SPDX-License-Identifier: Apache-2.0
// The page of one resource: its name, what can be done to it, its facts, and tabs for what belongs to it.
import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { ReactNode } from 'react';
import { navigate } from '@/app/router';
import type { Loaded } from '@/aws/load';
import { type Action, ActionMenu } from '@/components/actions';
import { Loading } from '@/components/Loading';
import { useText } from '@/i18n/language';

export interface Fact {
  label: string;
  value: ReactNode;
}

export interface Tab {
  id: string;
  label: string;
  content: ReactNode;
}

interface DetailsPageProps<T> {
  of: Loaded<T | undefined>;
  title: (subject: T) => string;
  facts: (subject: T) => Fact[];
  // Facts that are too long for a column.
  wideFacts?: (subject: T) => Fact[];
  tabs?: (subject: T) => Tab[];
  actions?: Action<T>[];
  buttons?: (subject: T) => ReactNode;
  notice?: (subject: T) => ReactNode; // above the facts
  // Where to go when the subject is gone.
  list: string;
}

export function DetailsPage<T>(props: DetailsPageProps<T>) {
  const t = useText();
  const { data, error, loading, reload } = props.of;
  if (loading) {
    return <Loading />;
  }
  if (data === undefined) {
    return <Alert type="error">{error ?? t.common.notFound}</Alert>;
  }
  const actions = props.actions?.map((action) => ({
    ...action,
    run: async (...given: Parameters<typeof action.run>) => {
      await action.run(...given);
      if (action.id === 'delete') {
        navigate(props.list);
      }
    },
  }));
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {props.buttons?.(data)}
              {actions !== undefined && (
                <ActionMenu actions={actions} subject={data} onDone={reload} />
              )}
            </SpaceBetween>
          }
        >
          {props.title(data)}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {error !== undefined && <Alert type="error">{error}</Alert>}
        {props.notice?.(data)}
        <Container header={<Header variant="h2">{t.common.details}</Header>}>
          <SpaceBetween size="l">
            <KeyValuePairs columns={4} items={props.facts(data)} />
            {props.wideFacts !== undefined && (
              <KeyValuePairs columns={1} items={props.wideFacts(data)} />
            )}
          </SpaceBetween>
        </Container>
        {props.tabs !== undefined && <Tabs tabs={props.tabs(data)} />}
      </SpaceBetween>
    </ContentLayout>
  );
}
