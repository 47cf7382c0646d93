// SPDX-License-Identifier: Apache-2.0
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  type Listener,
  type LoadBalancer,
  ProtocolEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { useState } from 'react';
import { navigate } from '@/app/router';
import type { Aws } from '@/aws/clients';
import { useAws } from '@/aws/context';
import { useLoad } from '@/aws/load';
import * as read from '@/aws/read';
import { usesOfBalancer } from '@/aws/uses';
import type { Action } from '@/components/actions';
import { Copyable } from '@/components/Copyable';
import { DetailsPage } from '@/components/DetailsPage';
import { SelectField, TextField } from '@/components/fields';
import { FormModal, FormPage } from '@/components/FormPage';
import { ListPage } from '@/components/ListPage';
import { NetworkFields, useNetwork } from '@/components/network';
import { ResourceTable } from '@/components/ResourceTable';
import { SecurityGroupsField } from '@/components/SecurityGroupsField';
import { Status } from '@/components/Status';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';
import { TargetGroupForm } from '@/pages/ec2/TargetGroupForm';

const LIST = '/ec2/load-balancers';
const PROTOCOLS = [ProtocolEnum.TCP, ProtocolEnum.UDP];

function pageOf({ LoadBalancerArn = '' }: LoadBalancer): string {
  return `${LIST}/${encodeURIComponent(LoadBalancerArn)}`;
}

function deletion(t: Catalogue): Action<LoadBalancer> {
  return {
    id: 'delete',
    label: t.balancer.delete,
    confirm: ({ LoadBalancerName = '' }) => t.common.confirmDelete(LoadBalancerName),
    blockedBy: usesOfBalancer,
    run: async ({ elb }, { LoadBalancerArn }) =>
      void (await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }))),
    done: ({ LoadBalancerName = '' }) => t.common.deleted(LoadBalancerName),
  };
}

export function LoadBalancersPage() {
  const t = useText();
  return (
    <ListPage<LoadBalancer>
      title={t.nav.loadBalancers}
      empty={t.balancer.empty}
      load={(aws) => read.loadBalancers(aws)}
      rowId={({ LoadBalancerArn = '' }) => LoadBalancerArn}
      create={{ label: t.balancer.create, href: `${LIST}/create` }}
      actions={[deletion(t)]}
      columns={[
        {
          id: 'name',
          header: t.common.name,
          text: ({ LoadBalancerName = '' }) => LoadBalancerName,
          link: pageOf,
        },
        {
          id: 'state',
          header: t.common.state,
          text: ({ State }) => State?.Code ?? '',
          cell: ({ State }) => <Status state={State?.Code} />,
        },
        { id: 'type', header: t.endpoint.type, text: ({ Type = '' }) => Type },
        { id: 'scheme', header: t.balancer.scheme, text: ({ Scheme = '' }) => Scheme },
        { id: 'vpc', header: 'VPC', text: ({ VpcId = '' }) => VpcId },
        {
          id: 'zones',
          header: t.common.zones,
          text: ({ AvailabilityZones = [] }) =>
            AvailabilityZones.map(({ ZoneName }) => ZoneName).join(', '),
        },
        { id: 'dns', header: t.endpoint.dnsNames, text: ({ DNSName = '' }) => DNSName },
      ]}
    />
  );
}

interface NewBalancer {
  name: string;
  subnets: string[];
  groups: string[];
  protocol: ProtocolEnum;
  port: number;
  targetGroup: string;
}

async function create({ elb }: Aws, wanted: NewBalancer): Promise<LoadBalancer | undefined> {
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({
      Name: wanted.name,
      Type: 'network',
      Scheme: 'internal',
      Subnets: wanted.subnets,
      SecurityGroups: wanted.groups.length > 0 ? wanted.groups : undefined,
    }),
  );
  const made = LoadBalancers?.[0];
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: made?.LoadBalancerArn,
      Protocol: wanted.protocol,
      Port: wanted.port,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: wanted.targetGroup }],
    }),
  );
  return made;
}

export function CreateLoadBalancerPage() {
  const t = useText();
  const aws = useAws();
  const [name, setName] = useState('');
  const [network, setNetwork] = useNetwork();
  const [protocol, setProtocol] = useState<ProtocolEnum>(ProtocolEnum.TCP);
  const [port, setPort] = useState('80');
  const [targetGroup, setTargetGroup] = useState('');
  const [creating, setCreating] = useState(false);
  const targetGroups = useLoad((client) => read.targetGroups(client), []);
  return (
    <>
      <FormPage
        title={t.balancer.createNetwork}
        description={t.balancer.networkWhy}
        onCancel={() => navigate(LIST)}
        submit={{
          label: t.balancer.create,
          disabled: name === '' || network.subnets.length === 0 || targetGroup === '',
          run: async () => {
            const made = await create(aws, {
              name,
              subnets: network.subnets,
              groups: network.groups,
              protocol,
              port: Number(port),
              targetGroup,
            });
            navigate(made === undefined ? LIST : pageOf(made));
          },
        }}
      >
        <Container header={<Header variant="h2">{t.balancer.basics}</Header>}>
          <SpaceBetween size="l">
            <TextField label={t.balancer.name} value={name} onChange={setName} />
            <FormField label={t.balancer.scheme}>
              <RadioGroup
                value="internal"
                items={[
                  { value: 'internal', label: 'internal', description: t.balancer.internalWhy },
                ]}
              />
            </FormField>
          </SpaceBetween>
        </Container>
        <Container header={<Header variant="h2">{t.balancer.mapping}</Header>}>
          <NetworkFields
            network={network}
            onChange={setNetwork}
            label={t.balancer.zones}
            description={t.balancer.zonesWhy}
          />
        </Container>
        <Container header={<Header variant="h2">{t.nav.securityGroups}</Header>}>
          <SecurityGroupsField
            vpc={network.vpc}
            description={t.balancer.groupsWhy}
            values={network.groups}
            onChange={(groups) => setNetwork({ groups })}
          />
        </Container>
        <Container header={<Header variant="h2">{t.balancer.listener}</Header>}>
          <SpaceBetween size="l">
            <FormField label={t.balancer.protocol}>
              <Select
                options={PROTOCOLS.map((value) => ({ value, label: value }))}
                selectedOption={{ value: protocol, label: protocol }}
                onChange={({ detail }) =>
                  setProtocol(
                    detail.selectedOption.value === 'UDP' ? ProtocolEnum.UDP : ProtocolEnum.TCP,
                  )
                }
              />
            </FormField>
            <FormField label={t.balancer.port}>
              <Input type="number" value={port} onChange={({ detail }) => setPort(detail.value)} />
            </FormField>
            <SelectField
              label={t.balancer.defaultAction}
              description={t.balancer.forwardTo}
              from={targetGroups}
              option={({ TargetGroupArn = '', TargetGroupName = '', Protocol, Port }) => ({
                value: TargetGroupArn,
                label: TargetGroupName,
                description: `${Protocol ?? ''}:${Port ?? ''}`,
              })}
              value={targetGroup}
              onChange={setTargetGroup}
              create={{ label: t.targetGroup.create, onClick: () => setCreating(true) }}
            />
          </SpaceBetween>
        </Container>
      </FormPage>
      {creating && (
        <FormModal size="max" title={t.targetGroup.create} onCancel={() => setCreating(false)}>
          <TargetGroupForm
            onCancel={() => setCreating(false)}
            onCreated={(arn) => {
              setCreating(false);
              targetGroups.reload();
              setTargetGroup(arn);
            }}
          />
        </FormModal>
      )}
    </>
  );
}

// "web", "blue 3, green 1" by their weights, or what else an action does.
function actionText({ DefaultActions = [] }: Listener): string {
  const [action] = DefaultActions;
  const groups = action?.ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0) {
    return action?.Type ?? '';
  }
  return groups
    .map(({ TargetGroupArn = '', Weight = 1 }) => {
      const name = TargetGroupArn.split('/')[1] ?? '';
      return groups.length === 1 ? name : `${name} ${Weight}`;
    })
    .join(', ');
}

function ListenersTab({ balancer }: { balancer: string }) {
  const t = useText();
  const listeners = useLoad((aws) => read.listeners(aws, balancer), [balancer]);
  const describe = ({ Protocol, Port }: Listener) => `${Protocol ?? ''}:${Port ?? ''}`;
  const remove: Action<Listener> = {
    id: 'remove',
    label: t.balancer.deleteListener,
    confirm: (listener) => t.common.confirmDelete(describe(listener)),
    run: async ({ elb }, { ListenerArn }) =>
      void (await elb.send(new DeleteListenerCommand({ ListenerArn }))),
    done: (listener) => t.common.deleted(describe(listener)),
  };
  return (
    <ResourceTable<Listener>
      title={t.balancer.listeners}
      empty={t.balancer.noListeners}
      rows={listeners}
      rowId={({ ListenerArn = '' }) => ListenerArn}
      actions={[remove]}
      columns={[
        { id: 'listener', header: t.balancer.listener, text: describe },
        {
          id: 'action',
          header: t.balancer.defaultAction,
          text: actionText,
          link: ({ DefaultActions: [action] = [] }) =>
            action?.TargetGroupArn === undefined
              ? undefined
              : `/ec2/target-groups/${encodeURIComponent(action.TargetGroupArn)}`,
        },
      ]}
    />
  );
}

export function LoadBalancerPage({ arn = '' }: Record<string, string>) {
  const t = useText();
  const balancer = useLoad(async (aws) => (await read.loadBalancers(aws, arn))[0], [arn]);
  return (
    <DetailsPage<LoadBalancer>
      of={balancer}
      list={LIST}
      title={({ LoadBalancerName = '' }) => LoadBalancerName}
      actions={[deletion(t)]}
      facts={(found) => [
        { label: t.common.state, value: <Status state={found.State?.Code} /> },
        { label: t.endpoint.type, value: found.Type },
        { label: t.balancer.scheme, value: found.Scheme },
        { label: 'VPC', value: <Copyable text={found.VpcId} /> },
      ]}
      wideFacts={(found) => [
        { label: 'ARN', value: <Copyable text={found.LoadBalancerArn} /> },
        { label: t.endpoint.dnsNames, value: <Copyable text={found.DNSName} /> },
      ]}
      tabs={(found) => [
        {
          id: 'listeners',
          label: t.balancer.listeners,
          content: <ListenersTab balancer={arn} />,
        },
        {
          id: 'mapping',
          label: t.balancer.mapping,
          content: (
            <ResourceTable
              title={t.balancer.mapping}
              empty=""
              rows={{ ...balancer, data: found.AvailabilityZones ?? [] }}
              rowId={({ ZoneName = '' }) => ZoneName}
              columns={[
                { id: 'zone', header: t.common.zone, text: ({ ZoneName = '' }) => ZoneName },
                { id: 'subnet', header: t.subnet.id, text: ({ SubnetId = '' }) => SubnetId },
              ]}
            />
          ),
        },
        {
          id: 'groups',
          label: t.nav.securityGroups,
          content: (
            <ResourceTable
              title={t.nav.securityGroups}
              empty={t.securityGroup.empty}
              rows={{ ...balancer, data: found.SecurityGroups ?? [] }}
              rowId={(id) => id}
              columns={[
                {
                  id: 'id',
                  header: t.securityGroup.id,
                  text: (id) => id,
                  link: (id) => `/vpc/security-groups/${id}`,
                },
              ]}
            />
          ),
        },
      ]}
    />
  );
}
