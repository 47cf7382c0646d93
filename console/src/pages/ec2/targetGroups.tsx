// SPDX-License-Identifier: Apache-2.0
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { AuthorizeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import {
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  RegisterTargetsCommand,
  type TargetDescription,
  type TargetGroup,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { useState } from 'react';
import { useRun } from '@/app/notifications';
import { navigate } from '@/app/router';
import { useAws } from '@/aws/context';
import { adviseOnHealth } from '@/aws/healthAdvice';
import { type Loaded, useLoad } from '@/aws/load';
import * as read from '@/aws/read';
import { usesOfTargetGroup } from '@/aws/uses';
import { permissionOf } from '@/aws/rules';
import type { Action } from '@/components/actions';
import { Copyable } from '@/components/Copyable';
import { DetailsPage } from '@/components/DetailsPage';
import { FormFrame, FormModal } from '@/components/FormPage';
import { ListPage } from '@/components/ListPage';
import { ResourceTable } from '@/components/ResourceTable';
import { Status } from '@/components/Status';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';
import { TargetGroupForm } from '@/pages/ec2/TargetGroupForm';
import { TargetsEditor } from '@/pages/ec2/TargetsEditor';

const LIST = '/ec2/target-groups';

function pageOf(arn: string): string {
  return `${LIST}/${encodeURIComponent(arn)}`;
}

function deletion(t: Catalogue): Action<TargetGroup> {
  return {
    id: 'delete',
    label: t.targetGroup.delete,
    confirm: ({ TargetGroupName = '' }) => t.common.confirmDelete(TargetGroupName),
    blockedBy: usesOfTargetGroup,
    run: async ({ elb }, { TargetGroupArn }) =>
      void (await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn }))),
    done: ({ TargetGroupName = '' }) => t.common.deleted(TargetGroupName),
  };
}

export function TargetGroupsPage() {
  const t = useText();
  return (
    <ListPage<TargetGroup>
      title={t.nav.targetGroups}
      empty={t.targetGroup.empty}
      load={(aws) => read.targetGroups(aws)}
      rowId={({ TargetGroupArn = '' }) => TargetGroupArn}
      create={{ label: t.targetGroup.create, href: `${LIST}/create` }}
      actions={[deletion(t)]}
      columns={[
        {
          id: 'name',
          header: t.common.name,
          text: ({ TargetGroupName = '' }) => TargetGroupName,
          link: ({ TargetGroupArn = '' }) => pageOf(TargetGroupArn),
        },
        { id: 'port', header: t.targetGroup.port, text: ({ Port }) => String(Port ?? '') },
        { id: 'protocol', header: t.targetGroup.protocol, text: ({ Protocol = '' }) => Protocol },
        { id: 'type', header: t.targetGroup.type, text: ({ TargetType = '' }) => TargetType },
        {
          id: 'balancer',
          header: t.nav.loadBalancers,
          text: ({ LoadBalancerArns = [] }) =>
            LoadBalancerArns.map((arn) => arn.split('/')[2] ?? arn).join(', '),
        },
        { id: 'vpc', header: 'VPC', text: ({ VpcId = '' }) => VpcId },
      ]}
    />
  );
}

export function CreateTargetGroupPage() {
  const t = useText();
  return (
    <ContentLayout header={<Header variant="h1">{t.targetGroup.create}</Header>}>
      <TargetGroupForm onCancel={() => navigate(LIST)} onCreated={(arn) => navigate(pageOf(arn))} />
    </ContentLayout>
  );
}

function RegisterTargets({ group, onDone }: { group: TargetGroup; onDone: () => void }) {
  const t = useText();
  const aws = useAws();
  const [targets, setTargets] = useState<TargetDescription[]>([]);
  return (
    <FormModal size="max" title={t.targetGroup.registerTargets} onCancel={onDone}>
      <FormFrame
        onCancel={onDone}
        submit={{
          label: t.targetGroup.registerPending,
          disabled: targets.length === 0,
          run: async () => {
            await aws.elb.send(
              new RegisterTargetsCommand({
                TargetGroupArn: group.TargetGroupArn,
                Targets: targets,
              }),
            );
            onDone();
          },
        }}
      >
        <TargetsEditor
          type={group.TargetType}
          vpc={group.VpcId ?? ''}
          port={group.Port ?? 0}
          targets={targets}
          onChange={setTargets}
        />
      </FormFrame>
    </FormModal>
  );
}

// What is wrong with targets that fail, and a button that mends it where that is known.
function HealthNotice({
  group,
  health,
}: {
  group: TargetGroup;
  health: Loaded<TargetHealthDescription[]>;
}) {
  const t = useText();
  const aws = useAws();
  const run = useRun();
  const failing = health.data?.some(({ TargetHealth }) => TargetHealth?.State === 'unhealthy');
  const advice = useLoad(
    (client) => adviseOnHealth(client, group, health.data ?? []),
    [group.TargetGroupArn, failing],
  );
  if (failing !== true) {
    return null;
  }
  const [missing] = advice.data ?? [];
  if (missing === undefined) {
    return <Alert type="warning">{t.targetGroup.unhealthyWhy}</Alert>;
  }
  const permission = permissionOf({
    type: 'custom-tcp',
    ports: String(missing.port),
    peer: missing.balancerGroup,
    description: '',
  });
  const mend = async () => {
    await run(
      async () =>
        void (await aws.ec2.send(
          new AuthorizeSecurityGroupIngressCommand({
            GroupId: missing.group,
            IpPermissions: [permission],
          }),
        )),
      t.targetGroup.admitted(missing.group, missing.balancerGroup),
    );
    advice.reload();
  };
  return (
    <Alert
      type="warning"
      action={<Button onClick={() => void mend()}>{t.targetGroup.admit}</Button>}
    >
      {t.targetGroup.notAdmitted(missing.instance, missing.group, missing.balancerGroup)}
    </Alert>
  );
}

function TargetsTab({ group }: { group: TargetGroup }) {
  const t = useText();
  const [registering, setRegistering] = useState(false);
  const arn = group.TargetGroupArn ?? '';
  const health = useLoad((aws) => read.targetHealth(aws, arn), [arn]);
  const idOf = ({ Target }: TargetHealthDescription) => Target?.Id ?? '';
  const deregister: Action<TargetHealthDescription> = {
    id: 'deregister',
    label: t.targetGroup.deregister,
    enabled: ({ TargetHealth }) => TargetHealth?.State !== 'draining',
    confirm: (row) => t.targetGroup.confirmDeregister(idOf(row)),
    run: async ({ elb }, { Target }) =>
      void (await elb.send(
        new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: Target ? [Target] : [] }),
      )),
    done: (row) => t.targetGroup.deregistered(idOf(row)),
  };
  return (
    <SpaceBetween size="m">
      <HealthNotice group={group} health={health} />
      <ResourceTable<TargetHealthDescription>
        title={t.targetGroup.registered}
        empty={t.targetGroup.noTargets}
        rows={health}
        rowId={({ Target }) => `${Target?.Id ?? ''}:${Target?.Port ?? ''}`}
        actions={[deregister]}
        buttons={
          <Button onClick={() => setRegistering(true)}>{t.targetGroup.registerTargets}</Button>
        }
        columns={[
          { id: 'id', header: t.targetGroup.target, text: idOf },
          {
            id: 'port',
            header: t.targetGroup.port,
            text: ({ Target }) => String(Target?.Port ?? ''),
          },
          {
            id: 'zone',
            header: t.common.zone,
            text: ({ Target }) => Target?.AvailabilityZone ?? '',
          },
          {
            id: 'health',
            header: t.targetGroup.health,
            text: ({ TargetHealth }) => TargetHealth?.State ?? '',
            cell: ({ TargetHealth }) => <Status state={TargetHealth?.State} />,
          },
          {
            id: 'reason',
            header: t.targetGroup.reason,
            text: ({ TargetHealth }) =>
              [TargetHealth?.Reason, TargetHealth?.Description].filter(Boolean).join(': '),
          },
        ]}
      />
      {registering && (
        <RegisterTargets
          group={group}
          onDone={() => {
            setRegistering(false);
            health.reload();
          }}
        />
      )}
    </SpaceBetween>
  );
}

export function TargetGroupPage({ arn = '' }: Record<string, string>) {
  const t = useText();
  const group = useLoad(async (aws) => (await read.targetGroups(aws, arn))[0], [arn]);
  return (
    <DetailsPage<TargetGroup>
      of={group}
      list={LIST}
      title={({ TargetGroupName = '' }) => TargetGroupName}
      actions={[deletion(t)]}
      facts={(found) => [
        { label: t.targetGroup.type, value: found.TargetType },
        {
          label: t.targetGroup.protocolAndPort,
          value: `${found.Protocol ?? ''}: ${found.Port ?? ''}`,
        },
        { label: 'VPC', value: <Copyable text={found.VpcId} /> },
        { label: t.targetGroup.checkProtocol, value: found.HealthCheckProtocol },
        {
          label: t.targetGroup.checkTimes,
          value: t.targetGroup.every(
            found.HealthCheckIntervalSeconds ?? 0,
            found.HealthCheckTimeoutSeconds ?? 0,
          ),
        },
        {
          label: t.targetGroup.thresholds,
          value: `${found.HealthyThresholdCount ?? ''} / ${found.UnhealthyThresholdCount ?? ''}`,
        },
      ]}
      wideFacts={(found) => [{ label: 'ARN', value: <Copyable text={found.TargetGroupArn} /> }]}
      tabs={(found) => [
        { id: 'targets', label: t.targetGroup.targets, content: <TargetsTab group={found} /> },
      ]}
    />
  );
}
