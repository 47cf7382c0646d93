// SPDX-License-Identifier: Apache-2.0
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Tiles from '@cloudscape-design/components/tiles';
import {
  CreateVpcEndpointCommand,
  DeleteVpcEndpointsCommand,
  DescribeVpcEndpointServicesCommand,
  type NetworkInterface,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { useState } from 'react';
import { follow, navigate, useAddress } from '@/app/router';
import { useAws } from '@/aws/context';
import { describeError } from '@/aws/error';
import { useLoad } from '@/aws/load';
import { label, nameOf, nameTag } from '@/aws/names';
import * as read from '@/aws/read';
import type { Action } from '@/components/actions';
import { Copyable } from '@/components/Copyable';
import { DetailsPage } from '@/components/DetailsPage';
import { TextField } from '@/components/fields';
import { FormPage } from '@/components/FormPage';
import { ListPage } from '@/components/ListPage';
import { NetworkFields, useNetwork } from '@/components/network';
import { ResourceTable } from '@/components/ResourceTable';
import { SecurityGroupsField } from '@/components/SecurityGroupsField';
import { SecurityGroupsTable } from '@/components/SecurityGroupsTable';
import { isState, Status } from '@/components/Status';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';

const LIST = '/vpc/endpoints';

function deletion(t: Catalogue): Action<VpcEndpoint> {
  return {
    id: 'delete',
    label: t.endpoint.delete,
    enabled: ({ State }) => !isState(State, 'deleting') && !isState(State, 'deleted'),
    confirm: (endpoint) => t.common.confirmDelete(label(endpoint.VpcEndpointId, nameOf(endpoint))),
    run: async ({ ec2 }, { VpcEndpointId = '' }) =>
      void (await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [VpcEndpointId] }))),
    done: (endpoint) => t.common.deleted(label(endpoint.VpcEndpointId, nameOf(endpoint))),
  };
}

export function EndpointsPage() {
  const t = useText();
  return (
    <ListPage<VpcEndpoint>
      title={t.nav.endpoints}
      empty={t.endpoint.empty}
      load={(aws) => read.endpoints(aws)}
      rowId={(endpoint) => endpoint.VpcEndpointId ?? ''}
      create={{ label: t.endpoint.create, href: `${LIST}/create` }}
      actions={[deletion(t)]}
      columns={[
        { id: 'name', header: t.common.name, text: nameOf },
        {
          id: 'id',
          header: t.endpoint.id,
          text: (endpoint) => endpoint.VpcEndpointId ?? '',
          link: (endpoint) => `${LIST}/${endpoint.VpcEndpointId ?? ''}`,
        },
        { id: 'vpc', header: 'VPC', text: (endpoint) => endpoint.VpcId ?? '' },
        {
          id: 'service',
          header: t.service.serviceName,
          text: (endpoint) => endpoint.ServiceName ?? '',
        },
        {
          id: 'type',
          header: t.endpoint.type,
          text: (endpoint) => endpoint.VpcEndpointType ?? '',
        },
        {
          id: 'state',
          header: t.common.state,
          text: (endpoint) => endpoint.State ?? '',
          cell: (endpoint) => <Status state={endpoint.State} />,
        },
      ]}
    />
  );
}

type Verification = 'untried' | 'busy' | 'verified' | { refused: string };

interface ServiceFieldProps {
  value: string;
  onChange: (name: string) => void;
}

// A service that is not there, one that is not allowed to us and one of another region look the same
// to AWS's consumers; what the console can tell is the region.
function ServiceField({ value, onChange }: ServiceFieldProps) {
  const t = useText();
  const aws = useAws();
  const [verification, setVerification] = useState<Verification>('untried');
  const verify = async () => {
    setVerification('busy');
    try {
      await aws.ec2.send(new DescribeVpcEndpointServicesCommand({ ServiceNames: [value] }));
      setVerification('verified');
    } catch (error) {
      const elsewhere =
        value.startsWith('com.amazonaws.vpce.') && !value.includes(`.${aws.region}.`);
      setVerification({
        refused: elsewhere ? t.endpoint.otherRegion(aws.region) : describeError(error),
      });
    }
  };
  return (
    <FormField
      label={t.service.serviceName}
      description={t.endpoint.serviceNameWhere}
      errorText={
        typeof verification === 'object' &&
        `${t.endpoint.notVerified} ${verification.refused} ${t.endpoint.notVerifiedWhy}`
      }
      secondaryControl={
        <Button
          disabled={value === ''}
          loading={verification === 'busy'}
          onClick={() => void verify()}
        >
          {t.endpoint.verify}
        </Button>
      }
    >
      <SpaceBetween size="xs">
        <Input
          value={value}
          placeholder={`com.amazonaws.vpce.${aws.region}.vpce-svc-…`}
          onChange={({ detail }) => {
            setVerification('untried');
            onChange(detail.value.trim());
          }}
        />
        {verification === 'verified' && (
          <StatusIndicator type="success">{t.endpoint.verified}</StatusIndicator>
        )}
      </SpaceBetween>
    </FormField>
  );
}

export function CreateEndpointPage() {
  const t = useText();
  const aws = useAws();
  const [name, setName] = useState('');
  const [service, setService] = useState('');
  const [network, setNetwork] = useNetwork();
  const create = async () => {
    const { VpcEndpoint: made } = await aws.ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: 'Interface',
        ServiceName: service,
        VpcId: network.vpc,
        SubnetIds: network.subnets,
        SecurityGroupIds: network.groups.length > 0 ? network.groups : undefined,
        TagSpecifications: nameTag('vpc-endpoint', name),
      }),
    );
    navigate(`${LIST}/${made?.VpcEndpointId ?? ''}`);
  };
  return (
    <FormPage
      title={t.endpoint.create}
      onCancel={() => navigate(LIST)}
      submit={{
        label: t.endpoint.create,
        disabled: service === '' || network.subnets.length === 0,
        run: create,
      }}
    >
      <Container header={<Header variant="h2">{t.endpoint.settings}</Header>}>
        <SpaceBetween size="l">
          <TextField label={t.form.nameTag} value={name} onChange={setName} />
          <FormField label={t.endpoint.type}>
            <Tiles
              columns={1}
              value="nlb"
              items={[
                { value: 'nlb', label: t.endpoint.nlbType, description: t.endpoint.nlbTypeWhy },
              ]}
            />
          </FormField>
          <ServiceField value={service} onChange={setService} />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">{t.form.networkSettings}</Header>}>
        <SpaceBetween size="l">
          <NetworkFields
            network={network}
            onChange={setNetwork}
            label={t.nav.subnets}
            description={t.endpoint.subnetsWhy}
          />
          <SecurityGroupsField
            vpc={network.vpc}
            description={t.endpoint.groupsWhy}
            values={network.groups}
            onChange={(groups) => setNetwork({ groups })}
          />
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}

function InterfacesTab({ ids }: { ids: string[] }) {
  const t = useText();
  const interfaces = useLoad((aws) => read.networkInterfaces(aws, ids), [ids.join()]);
  return (
    <ResourceTable<NetworkInterface>
      title={t.nav.subnets}
      empty={t.endpoint.noInterfaces}
      rows={interfaces}
      rowId={({ NetworkInterfaceId = '' }) => NetworkInterfaceId}
      columns={[
        { id: 'subnet', header: t.subnet.id, text: ({ SubnetId = '' }) => SubnetId },
        {
          id: 'zone',
          header: t.common.zone,
          text: ({ AvailabilityZone = '' }) => AvailabilityZone,
        },
        {
          id: 'address',
          header: t.common.address,
          text: ({ PrivateIpAddress = '' }) => PrivateIpAddress,
        },
        {
          id: 'id',
          header: t.nav.networkInterfaces,
          text: ({ NetworkInterfaceId = '' }) => NetworkInterfaceId,
        },
      ]}
    />
  );
}

export function EndpointPage({ id = '' }: Record<string, string>) {
  const t = useText();
  const address = useAddress();
  const endpoint = useLoad(async (aws) => (await read.endpoints(aws, id))[0], [id]);
  return (
    <DetailsPage<VpcEndpoint>
      of={endpoint}
      list={LIST}
      title={(found) => label(found.VpcEndpointId, nameOf(found))}
      actions={[deletion(t)]}
      buttons={() => (
        <Button href={address(`/tools/path?to=${id}`)} onFollow={follow}>
          {t.path.show}
        </Button>
      )}
      facts={(found) => [
        { label: t.endpoint.id, value: <Copyable text={found.VpcEndpointId} /> },
        { label: t.common.state, value: <Status state={found.State} /> },
        { label: 'VPC', value: <Copyable text={found.VpcId} /> },
        { label: t.common.created, value: found.CreationTimestamp?.toLocaleString() ?? '-' },
      ]}
      wideFacts={(found) => [
        { label: t.service.serviceName, value: <Copyable text={found.ServiceName} /> },
        {
          label: t.endpoint.dnsNames,
          value: (
            <SpaceBetween size="xxs">
              {found.DnsEntries?.map(({ DnsName }) => (
                <Copyable key={DnsName} text={DnsName} />
              ))}
            </SpaceBetween>
          ),
        },
      ]}
      tabs={(found) => [
        {
          id: 'subnets',
          label: t.nav.subnets,
          content: <InterfacesTab ids={found.NetworkInterfaceIds ?? []} />,
        },
        {
          id: 'groups',
          label: t.nav.securityGroups,
          content: <SecurityGroupsTable of={endpoint} groups={found.Groups} />,
        },
      ]}
    />
  );
}
