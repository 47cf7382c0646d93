// SPDX-License-Identifier: Apache-2.0
// The path view and the doctor: does FROM reach TO, and which rule says no.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Instance, VpcEndpoint } from '@aws-sdk/client-ec2';
import { useState } from 'react';
import { pageOf } from '@/app/pageOf';
import { useRoute } from '@/app/router';
import { useAws } from '@/aws/context';
import { useLoad } from '@/aws/load';
import { label, nameOf } from '@/aws/names';
import * as read from '@/aws/read';
import { Copyable } from '@/components/Copyable';
import { known, SelectField, TextField } from '@/components/fields';
import { ResourceTable } from '@/components/ResourceTable';
import { LiveStatus } from '@/components/LiveStatus';
import { ScopedLink } from '@/components/ScopedLink';
import { Loading } from '@/components/Loading';
import { Status } from '@/components/Status';
import type { PacketEvent } from '@/console/events';
import type { Explanation } from '@/console/explain';
import { useLive } from '@/console/live';
import { useText } from '@/i18n/language';
import { PathPicture } from '@/pages/tools/PathPicture';
import { culprit, destinationOf, type DrawnHop, drawnPaths, hopsOf } from '@/pages/tools/pathModel';

const PROTOCOLS = ['tcp', 'udp', 'icmp'];
const EVENTS_KEPT = 1_000;

function HopDetails({ hop }: { hop: DrawnHop }) {
  const t = useText();
  return (
    <Container header={<Header variant="h2">{t.path.step(hop.step)}</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={3}
          items={[
            { label: t.common.state, value: <Status state={hop.judgement} /> },
            { label: t.events.account, value: hop.account },
            {
              label: t.path.resource,
              value: (
                <ScopedLink account={hop.account} path={pageOf(hop.resource)}>
                  {hop.resource || '-'}
                </ScopedLink>
              ),
            },
            { label: t.path.because, value: hop.because || t.path.hidden },
            { label: t.events.verdict, value: hop.verdict ?? '-' },
          ]}
        />
        {hop.fixes.map((fix) => (
          <div key={fix.command}>
            <Box variant="awsui-key-label">
              {t.path.fix} ({fix.account === '' ? t.path.fixAsOperator : t.path.fixAs(fix.account)})
            </Box>
            <Copyable text={fix.command} />
          </div>
        ))}
        {hop.advice !== undefined && (
          <div>
            <Box variant="awsui-key-label">{t.path.advice}</Box>
            <Box>{hop.advice}</Box>
          </div>
        )}
      </SpaceBetween>
    </Container>
  );
}

function Answer({ explanation, events }: { explanation: Explanation; events: PacketEvent[] }) {
  const t = useText();
  const [chosen, setChosen] = useState<string>();
  const paths = drawnPaths(explanation);
  const hops = paths.flatMap(hopsOf);
  // Until somebody chooses: what is to be mended.
  const hop = hops.find((one) => one.id === chosen) ?? culprit(paths) ?? hops[0];
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" info={<Status state={explanation.answer} />}>
            {t.path.picture}
          </Header>
        }
      >
        <PathPicture
          paths={paths}
          events={events}
          selected={hop?.id}
          onSelect={({ id }) => setChosen(id)}
        />
      </Container>
      {hop !== undefined && <HopDetails hop={hop} />}
      <ResourceTable<DrawnHop>
        title={t.path.hops}
        empty=""
        rows={known(hops)}
        rowId={({ id }) => id}
        columns={[
          { id: 'step', header: t.path.hop, text: ({ step }) => t.path.step(step) },
          {
            id: 'judgement',
            header: t.common.state,
            text: ({ judgement }) => t.state[judgement],
            cell: ({ judgement }) => <Status state={judgement} />,
          },
          { id: 'account', header: t.events.account, text: ({ account }) => account },
          { id: 'because', header: t.path.because, text: ({ because }) => because },
        ]}
      />
    </SpaceBetween>
  );
}

export default function PathPage() {
  const t = useText();
  const { account } = useAws();
  const { query } = useRoute();
  const instances = useLoad((aws) => read.instances(aws), []);
  const endpoints = useLoad((aws) => read.endpoints(aws), []);
  const [chosenFrom, setFrom] = useState('');
  const [endpoint, setEndpoint] = useState(query.get('to') ?? '');
  const [typed, setTyped] = useState('');
  const [protocol, setProtocol] = useState('tcp');
  const [events, setEvents] = useState<PacketEvent[]>([]);

  const chosenTo = endpoints.data?.find(({ VpcEndpointId }) => VpcEndpointId === endpoint);
  const running = instances.data?.filter(({ State }) => State?.Name === 'running') ?? [];
  const beside = running.find(({ VpcId }) => VpcId === chosenTo?.VpcId) ?? running[0];
  const from = chosenFrom === '' ? (beside?.InstanceId ?? '') : chosenFrom;
  const to = typed === '' ? destinationOf(chosenTo) : typed;
  const question = from === '' || to === '' ? undefined : { from, to, protocol };
  const live = useLive(account, question, (fresh) => {
    const own = fresh.filter((event) => event.instance === from);
    setEvents((kept) => [...own.toReversed(), ...kept].slice(0, EVENTS_KEPT));
  });
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={t.path.why} actions={<LiveStatus live={live} />}>
          {t.nav.path}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Container>
          <ColumnLayout columns={2}>
            <SelectField<Instance>
              label={t.path.chooseFrom}
              from={{ ...instances, data: running }}
              option={(instance) => ({
                value: instance.InstanceId ?? '',
                label: label(instance.InstanceId, nameOf(instance)),
                description: instance.PrivateIpAddress ?? '',
              })}
              value={from}
              onChange={setFrom}
            />
            <SelectField<VpcEndpoint>
              label={t.path.chooseTo}
              from={endpoints}
              option={(one) => ({
                value: one.VpcEndpointId ?? '',
                label: label(one.VpcEndpointId, nameOf(one)),
                description: one.ServiceName ?? '',
              })}
              value={endpoint}
              onChange={(id) => {
                setEndpoint(id);
                setTyped('');
              }}
            />
            <SelectField
              label={t.targetGroup.protocol}
              from={known(PROTOCOLS)}
              option={(value) => ({ value, label: value.toUpperCase() })}
              value={protocol}
              onChange={setProtocol}
            />
            <TextField
              label={t.path.free}
              placeholder="10.0.1.10:80"
              value={typed}
              onChange={setTyped}
            />
          </ColumnLayout>
        </Container>
        {live.error !== undefined && <Alert type="error">{live.error}</Alert>}
        {live.explanation !== undefined && (
          <Answer explanation={live.explanation} events={events} />
        )}
        {question !== undefined && live.explanation === undefined && live.error === undefined && (
          <Loading />
        )}
        {question === undefined && !instances.loading && !endpoints.loading && (
          <Alert type="info">{running.length === 0 ? t.path.nowhere : t.path.choose}</Alert>
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}
