// SPDX-License-Identifier: Apache-2.0
import Alert from '@cloudscape-design/components/alert';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import {
  AcceptVpcEndpointConnectionsCommand,
  type AllowedPrincipal,
  CreateVpcEndpointServiceConfigurationCommand,
  DeleteVpcEndpointServiceConfigurationsCommand,
  ModifyVpcEndpointServicePermissionsCommand,
  RejectVpcEndpointConnectionsCommand,
  type ServiceConfiguration,
  type UnsuccessfulItem,
  type VpcEndpointConnection,
} from '@aws-sdk/client-ec2';
import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { navigate } from '@/app/router';
import { useAws } from '@/aws/context';
import { useLoad } from '@/aws/load';
import { label, nameOf, nameTag } from '@/aws/names';
import * as read from '@/aws/read';
import { usesOfService } from '@/aws/uses';
import type { Action } from '@/components/actions';
import { Copyable } from '@/components/Copyable';
import { DetailsPage } from '@/components/DetailsPage';
import { MultiselectField, TextField } from '@/components/fields';
import { FormFrame, FormModal, FormPage } from '@/components/FormPage';
import { ListPage } from '@/components/ListPage';
import { ResourceTable } from '@/components/ResourceTable';
import { isState, Status } from '@/components/Status';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';

const LIST = '/vpc/endpoint-services';

// EC2 answers 200 and says in the answer what it did not do.
function refuseUnsuccessful(items: UnsuccessfulItem[] | undefined): void {
  const error = items?.[0]?.Error;
  if (error !== undefined) {
    const refusal = new Error(error.Message);
    refusal.name = error.Code ?? 'Error';
    throw refusal;
  }
}

function deletion(t: Catalogue): Action<ServiceConfiguration> {
  return {
    id: 'delete',
    label: t.service.delete,
    confirm: (service) => t.common.confirmDelete(label(service.ServiceId, nameOf(service))),
    blockedBy: usesOfService,
    run: async ({ ec2 }, { ServiceId = '' }) => {
      const answer = await ec2.send(
        new DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId] }),
      );
      refuseUnsuccessful(answer.Unsuccessful);
    },
    done: (service) => t.common.deleted(label(service.ServiceId, nameOf(service))),
  };
}

export function EndpointServicesPage() {
  const t = useText();
  return (
    <ListPage<ServiceConfiguration>
      title={t.nav.endpointServices}
      empty={t.service.empty}
      load={(aws) => read.endpointServices(aws)}
      rowId={(service) => service.ServiceId ?? ''}
      create={{ label: t.service.create, href: `${LIST}/create` }}
      actions={[deletion(t)]}
      columns={[
        { id: 'name', header: t.common.name, text: nameOf },
        {
          id: 'id',
          header: t.service.id,
          text: (service) => service.ServiceId ?? '',
          link: (service) => `${LIST}/${service.ServiceId ?? ''}`,
        },
        {
          id: 'state',
          header: t.common.state,
          text: (service) => service.ServiceState ?? '',
          cell: (service) => <Status state={service.ServiceState} />,
        },
        {
          id: 'serviceName',
          header: t.service.serviceName,
          text: (service) => service.ServiceName ?? '',
        },
        {
          id: 'acceptance',
          header: t.service.acceptance,
          text: (service) => (service.AcceptanceRequired ? t.common.yes : t.common.no),
        },
      ]}
    />
  );
}

export function CreateEndpointServicePage() {
  const t = useText();
  const aws = useAws();
  const balancers = useLoad((client) => read.loadBalancers(client), []);
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const [acceptance, setAcceptance] = useState(true);
  return (
    <FormPage
      title={t.service.create}
      onCancel={() => navigate(LIST)}
      submit={{
        label: t.service.create,
        disabled: chosen.length === 0,
        run: async () => {
          const { ServiceConfiguration: made } = await aws.ec2.send(
            new CreateVpcEndpointServiceConfigurationCommand({
              NetworkLoadBalancerArns: chosen,
              AcceptanceRequired: acceptance,
              TagSpecifications: nameTag('vpc-endpoint-service', name),
            }),
          );
          navigate(`${LIST}/${made?.ServiceId ?? ''}`);
        },
      }}
    >
      <Container header={<Header variant="h2">{t.service.settings}</Header>}>
        <SpaceBetween size="l">
          <TextField label={t.form.nameTag} value={name} onChange={setName} />
          <MultiselectField<LoadBalancer>
            label={t.service.availableBalancers}
            description={t.service.balancerType}
            from={balancers}
            option={({ LoadBalancerArn = '', LoadBalancerName = '', Scheme = '' }) => ({
              value: LoadBalancerArn,
              label: LoadBalancerName,
              description: Scheme,
            })}
            values={chosen}
            onChange={setChosen}
          />
          <FormField label={t.service.requests} description={t.service.acceptanceWhy}>
            <Checkbox checked={acceptance} onChange={({ detail }) => setAcceptance(detail.checked)}>
              {t.service.acceptanceRequired}
            </Checkbox>
          </FormField>
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}

function AllowPrincipal({ service, onDone }: { service: string; onDone: () => void }) {
  const t = useText();
  const aws = useAws();
  const [arn, setArn] = useState('');
  return (
    <FormModal title={t.service.allowPrincipal} onCancel={onDone}>
      <FormFrame
        onCancel={onDone}
        submit={{
          label: t.service.allowPrincipal,
          disabled: arn === '',
          run: async () => {
            await aws.ec2.send(
              new ModifyVpcEndpointServicePermissionsCommand({
                ServiceId: service,
                AddAllowedPrincipals: [arn.trim()],
              }),
            );
            onDone();
          },
        }}
      >
        <TextField
          label="ARN"
          description={t.service.principalForm}
          placeholder="arn:aws:iam::111111111111:root"
          value={arn}
          onChange={setArn}
        />
      </FormFrame>
    </FormModal>
  );
}

function PrincipalsTab({ service }: { service: string }) {
  const t = useText();
  const principals = useLoad((aws) => read.allowedPrincipals(aws, service), [service]);
  const [allowing, setAllowing] = useState(false);
  const remove: Action<AllowedPrincipal> = {
    id: 'remove',
    label: t.service.removePrincipal,
    confirm: ({ Principal = '' }) => t.service.confirmRemovePrincipal(Principal),
    run: async ({ ec2 }, { Principal = '' }) =>
      void (await ec2.send(
        new ModifyVpcEndpointServicePermissionsCommand({
          ServiceId: service,
          RemoveAllowedPrincipals: [Principal],
        }),
      )),
    done: ({ Principal = '' }) => t.common.deleted(Principal),
  };
  return (
    <>
      <ResourceTable<AllowedPrincipal>
        title={t.service.principals}
        empty={t.service.noPrincipals}
        rows={principals}
        rowId={({ Principal = '' }) => Principal}
        actions={[remove]}
        buttons={<Button onClick={() => setAllowing(true)}>{t.service.allowPrincipal}</Button>}
        columns={[
          { id: 'arn', header: 'ARN', text: ({ Principal = '' }) => Principal },
          {
            id: 'type',
            header: t.rules.typeLabel,
            text: ({ PrincipalType = '' }) => PrincipalType,
          },
        ]}
      />
      {allowing && (
        <AllowPrincipal
          service={service}
          onDone={() => {
            setAllowing(false);
            principals.reload();
          }}
        />
      )}
    </>
  );
}

function ConnectionsTab({ service }: { service: string }) {
  const t = useText();
  const connections = useLoad((aws) => read.endpointConnections(aws, service), [service]);
  const accept: Action<VpcEndpointConnection> = {
    id: 'accept',
    label: t.service.accept,
    enabled: ({ VpcEndpointState }) =>
      isState(VpcEndpointState, 'pendingAcceptance') || isState(VpcEndpointState, 'rejected'),
    confirm: ({ VpcEndpointId = '' }) => t.service.confirmAccept(VpcEndpointId),
    run: async ({ ec2 }, { VpcEndpointId = '' }) => {
      const answer = await ec2.send(
        new AcceptVpcEndpointConnectionsCommand({
          ServiceId: service,
          VpcEndpointIds: [VpcEndpointId],
        }),
      );
      refuseUnsuccessful(answer.Unsuccessful);
    },
    done: ({ VpcEndpointId = '' }) => t.service.accepted(VpcEndpointId),
  };
  const reject: Action<VpcEndpointConnection> = {
    id: 'reject',
    label: t.service.reject,
    enabled: ({ VpcEndpointState }) => !isState(VpcEndpointState, 'rejected'),
    confirm: ({ VpcEndpointId = '' }) => t.service.confirmReject(VpcEndpointId),
    run: async ({ ec2 }, { VpcEndpointId = '' }) => {
      const answer = await ec2.send(
        new RejectVpcEndpointConnectionsCommand({
          ServiceId: service,
          VpcEndpointIds: [VpcEndpointId],
        }),
      );
      refuseUnsuccessful(answer.Unsuccessful);
    },
    done: ({ VpcEndpointId = '' }) => t.service.rejected(VpcEndpointId),
  };
  return (
    <ResourceTable<VpcEndpointConnection>
      title={t.service.connections}
      empty={t.service.noConnections}
      rows={connections}
      rowId={({ VpcEndpointId = '' }) => VpcEndpointId}
      actions={[accept, reject]}
      columns={[
        { id: 'id', header: t.endpoint.id, text: ({ VpcEndpointId = '' }) => VpcEndpointId },
        {
          id: 'owner',
          header: t.service.owner,
          text: ({ VpcEndpointOwner = '' }) => VpcEndpointOwner,
        },
        {
          id: 'state',
          header: t.common.state,
          text: ({ VpcEndpointState = '' }) => VpcEndpointState,
          cell: ({ VpcEndpointState }) => <Status state={VpcEndpointState} />,
        },
        {
          id: 'created',
          header: t.common.created,
          text: ({ CreationTimestamp }) => CreationTimestamp?.toLocaleString() ?? '',
        },
      ]}
    />
  );
}

export function EndpointServicePage({ id = '' }: Record<string, string>) {
  const t = useText();
  const service = useLoad(async (aws) => (await read.endpointServices(aws, id))[0], [id]);
  const principals = useLoad((aws) => read.allowedPrincipals(aws, id), [id]);
  return (
    <DetailsPage<ServiceConfiguration>
      of={service}
      list={LIST}
      title={(found) => label(found.ServiceId, nameOf(found))}
      actions={[deletion(t)]}
      notice={() =>
        principals.data?.length === 0 && (
          <Alert type="warning">{t.service.noPrincipalsWarning}</Alert>
        )
      }
      facts={(found) => [
        { label: t.service.id, value: <Copyable text={found.ServiceId} /> },
        { label: t.common.state, value: <Status state={found.ServiceState} /> },
        {
          label: t.service.acceptance,
          value: found.AcceptanceRequired ? t.common.yes : t.common.no,
        },
        { label: t.common.zones, value: found.AvailabilityZones?.join(', ') },
        { label: t.service.balancerTypeLabel, value: t.service.network },
      ]}
      wideFacts={(found) => [
        { label: t.service.serviceName, value: <Copyable text={found.ServiceName} /> },
      ]}
      tabs={(found) => [
        {
          id: 'balancers',
          label: t.nav.loadBalancers,
          content: (
            <SpaceBetween size="xs">
              {found.NetworkLoadBalancerArns?.map((arn) => (
                <Copyable key={arn} text={arn} />
              ))}
            </SpaceBetween>
          ),
        },
        { id: 'principals', label: t.service.principals, content: <PrincipalsTab service={id} /> },
        {
          id: 'connections',
          label: t.service.connections,
          content: <ConnectionsTab service={id} />,
        },
      ]}
    />
  );
}
