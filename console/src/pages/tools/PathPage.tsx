// SPDX-License-Identifier: Apache-2.0
// The path view and the doctor: does FROM reach TO, and which rule says no.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Instance, VpcEndpoint } from '@aws-sdk/client-ec2';
import { useState } from 'react';
import { address, follow, useRoute } from '@/app/router';
import { useAws } from '@/aws/context';
import { useLoad } from '@/aws/load';
import { label, nameOf } from '@/aws/names';
import * as read from '@/aws/read';
import { Copyable } from '@/components/Copyable';
import { known, SelectField, TextField } from '@/components/fields';
import { ResourceTable } from '@/components/ResourceTable';
import { isState, Status } from '@/components/Status';
import { type PacketEvent, useEvents } from '@/console/events';
import { explain, type Explanation } from '@/console/explain';
import { useText } from '@/i18n/language';
import { PathPicture } from '@/pages/tools/PathPicture';
import { culprit, type DrawnHop, drawnPaths, hopsOf, pageOf } from '@/pages/tools/pathModel';

const PROTOCOLS = ['tcp', 'udp', 'icmp'];
const EVENTS_KEPT = 1_000;

function HopDetails({ hop }: { hop: DrawnHop }) {
  const t = useText();
  const { region } = useAws();
  const page = pageOf(hop.resource);
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
              value:
                page === undefined ? (
                  hop.resource || '-'
                ) : (
                  <Link href={address(page, { account: hop.account, region })} onFollow={follow}>
                    {hop.resource}
                  </Link>
                ),
            },
            { label: t.path.because, value: hop.because || t.path.hidden },
            { label: t.events.verdict, value: hop.verdict ?? '-' },
          ]}
        />
        {hop.fixes.map((fix) => (
          <div key={fix.command}>
            <Box variant="awsui-key-label">
              {t.path.fix} ({t.path.fixAs(fix.account)})
            </Box>
            <Copyable text={fix.command} />
          </div>
        ))}
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

// By its name, as clients ask for it: a zone that has no targets is not among its addresses. Before the
// endpoint is available nobody knows the name.
function destinationOf(endpoint: VpcEndpoint | undefined): string {
  const name = endpoint?.DnsEntries?.[0]?.DnsName;
  const known = isState(endpoint?.State, 'available') ? name : undefined;
  return known ?? endpoint?.VpcEndpointId ?? '';
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
  const answer = useLoad<Explanation | undefined>(
    (aws) =>
      from === '' || to === ''
        ? Promise.resolve(undefined)
        : explain(aws.account, { from, to, protocol }),
    [from, to, protocol],
  );
  useEvents(account, (fresh) => {
    const own = fresh.filter((event) => event.instance === from);
    setEvents((kept) => [...own, ...kept].slice(0, EVENTS_KEPT));
  });
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={t.path.why}>
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
        {answer.error !== undefined && <Alert type="error">{answer.error}</Alert>}
        {answer.data !== undefined && <Answer explanation={answer.data} events={events} />}
      </SpaceBetween>
    </ContentLayout>
  );
}
