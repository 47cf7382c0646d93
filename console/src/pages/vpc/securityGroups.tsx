// SPDX-License-Identifier: Apache-2.0
import Alert from '@cloudscape-design/components/alert';
import Header from '@cloudscape-design/components/header';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Button from '@cloudscape-design/components/button';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DeleteSecurityGroupCommand,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { useEffect, useState } from 'react';
import { follow, navigate, useAddress } from '@/app/router';
import type { Aws } from '@/aws/clients';
import { useAws } from '@/aws/context';
import { type Loaded, useLoad } from '@/aws/load';
import { label } from '@/aws/names';
import * as read from '@/aws/read';
import { usesOfGroup } from '@/aws/uses';
import {
  changesOf,
  type Direction,
  draftOf,
  peerOf,
  problemOf,
  type RuleChanges,
  type RuleDraft,
  typeOf,
} from '@/aws/rules';
import type { Action } from '@/components/actions';
import { Copyable } from '@/components/Copyable';
import { DetailsPage } from '@/components/DetailsPage';
import { FormPage } from '@/components/FormPage';
import { Loading } from '@/components/Loading';
import { ListPage } from '@/components/ListPage';
import { ResourceTable } from '@/components/ResourceTable';
import { RuleEditor } from '@/components/RuleEditor';
import { SecurityGroupForm } from '@/components/SecurityGroupForm';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';

const LIST = '/vpc/security-groups';

function deletion(t: Catalogue): Action<SecurityGroup> {
  return {
    id: 'delete',
    label: t.securityGroup.delete,
    confirm: (group) => t.common.confirmDelete(label(group.GroupId, group.GroupName)),
    blockedBy: usesOfGroup,
    run: async ({ ec2 }, { GroupId }) =>
      void (await ec2.send(new DeleteSecurityGroupCommand({ GroupId }))),
    done: (group) => t.common.deleted(label(group.GroupId, group.GroupName)),
  };
}

export function SecurityGroupsPage() {
  const t = useText();
  return (
    <ListPage<SecurityGroup>
      title={t.nav.securityGroups}
      empty={t.securityGroup.empty}
      load={(aws) => read.securityGroups(aws)}
      rowId={(group) => group.GroupId ?? ''}
      create={{ label: t.securityGroup.create, href: `${LIST}/create` }}
      actions={[deletion(t)]}
      columns={[
        {
          id: 'id',
          header: t.securityGroup.id,
          text: (group) => group.GroupId ?? '',
          link: (group) => `${LIST}/${group.GroupId ?? ''}`,
        },
        { id: 'name', header: t.securityGroup.name, text: (group) => group.GroupName ?? '' },
        { id: 'vpc', header: 'VPC', text: (group) => group.VpcId ?? '' },
        {
          id: 'description',
          header: t.securityGroup.description,
          text: (group) => group.Description ?? '',
        },
        {
          id: 'inbound',
          header: t.rules.inboundCount,
          text: (group) => String(group.IpPermissions?.length ?? 0),
        },
        {
          id: 'outbound',
          header: t.rules.outboundCount,
          text: (group) => String(group.IpPermissionsEgress?.length ?? 0),
        },
      ]}
    />
  );
}

export function CreateSecurityGroupPage() {
  const t = useText();
  return (
    <ContentLayout header={<Header variant="h1">{t.securityGroup.create}</Header>}>
      <SecurityGroupForm
        onCancel={() => navigate(LIST)}
        onCreated={(group) => navigate(`${LIST}/${group}`)}
      />
    </ContentLayout>
  );
}

function isIn(direction: Direction) {
  return (rule: SecurityGroupRule) => (rule.IsEgress === true) === (direction === 'outbound');
}

interface RulesTableProps {
  group: string;
  direction: Direction;
  rules: Loaded<SecurityGroupRule[]>;
}

function RulesTable({ group, direction, rules }: RulesTableProps) {
  const t = useText();
  const address = useAddress();
  return (
    <ResourceTable<SecurityGroupRule>
      title={t.rules[direction]}
      empty={t.rules.none[direction]}
      rows={{ ...rules, data: rules.data?.filter(isIn(direction)) }}
      rowId={(rule) => rule.SecurityGroupRuleId ?? ''}
      buttons={
        <Button href={address(`${LIST}/${group}/${direction}`)} onFollow={follow}>
          {t.rules.edit[direction]}
        </Button>
      }
      columns={[
        {
          id: 'id',
          header: t.rules.id,
          text: (rule) => rule.SecurityGroupRuleId ?? '',
        },
        {
          id: 'type',
          header: t.rules.typeLabel,
          text: (rule) => t.rules.type(typeOf(rule) ?? rule.IpProtocol ?? ''),
        },
        { id: 'ports', header: t.rules.ports, text: (rule) => draftOf(rule).ports },
        {
          id: 'peer',
          header: direction === 'inbound' ? t.rules.source : t.rules.destination,
          text: peerOf,
        },
        { id: 'description', header: t.rules.description, text: (rule) => rule.Description ?? '' },
      ]}
    />
  );
}

export function SecurityGroupPage({ id = '' }: Record<string, string>) {
  const t = useText();
  const group = useLoad((aws) => read.securityGroup(aws, id), [id]);
  const rules = useLoad((aws) => read.securityGroupRules(aws, id), [id]);
  return (
    <DetailsPage<SecurityGroup>
      of={group}
      list={LIST}
      title={({ GroupId, GroupName }) => label(GroupId, GroupName)}
      actions={[deletion(t)]}
      facts={(found) => [
        { label: t.securityGroup.id, value: <Copyable text={found.GroupId} /> },
        { label: t.securityGroup.name, value: found.GroupName },
        { label: t.securityGroup.description, value: found.Description },
        { label: 'VPC', value: <Copyable text={found.VpcId} /> },
      ]}
      tabs={() =>
        (['inbound', 'outbound'] as const).map((direction) => ({
          id: direction,
          label: t.rules[direction],
          content: <RulesTable group={id} direction={direction} rules={rules} />,
        }))
      }
    />
  );
}

// What is admitted anew comes first, so that no change leaves a moment without either rule.
async function apply({ ec2 }: Aws, GroupId: string, direction: Direction, changes: RuleChanges) {
  const outbound = direction === 'outbound';
  if (changes.authorize.length > 0) {
    const input = { GroupId, IpPermissions: changes.authorize };
    await (outbound
      ? ec2.send(new AuthorizeSecurityGroupEgressCommand(input))
      : ec2.send(new AuthorizeSecurityGroupIngressCommand(input)));
  }
  if (changes.modify.length > 0) {
    await ec2.send(
      new ModifySecurityGroupRulesCommand({ GroupId, SecurityGroupRules: changes.modify }),
    );
  }
  if (changes.revoke.length > 0) {
    const input = { GroupId, SecurityGroupRuleIds: changes.revoke };
    await (outbound
      ? ec2.send(new RevokeSecurityGroupEgressCommand(input))
      : ec2.send(new RevokeSecurityGroupIngressCommand(input)));
  }
}

function EditRulesPage({ id, direction }: { id: string; direction: Direction }) {
  const t = useText();
  const aws = useAws();
  const rules = useLoad((client) => read.securityGroupRules(client, id), [id]);
  const groups = useLoad(
    async (client) => {
      const group = await read.securityGroup(client, id);
      return read.securityGroups(client, group?.VpcId);
    },
    [id],
  );
  const [before, setBefore] = useState<RuleDraft[]>();
  const [drafts, setDrafts] = useState<RuleDraft[]>([]);
  useEffect(() => {
    // Once: what is being written is not replaced by what is read again.
    if (before === undefined && rules.data !== undefined) {
      const found = rules.data.filter(isIn(direction)).map(draftOf);
      setBefore(found);
      setDrafts(found);
    }
  }, [before, rules.data, direction]);
  const back = `${LIST}/${id}`;
  return (
    <FormPage
      title={t.rules.edit[direction]}
      description={id}
      onCancel={() => navigate(back)}
      submit={{
        label: t.rules.save,
        disabled: before === undefined || drafts.some((draft) => problemOf(draft) !== undefined),
        run: async () => {
          await apply(aws, id, direction, changesOf(before ?? [], drafts));
          navigate(back);
        },
      }}
    >
      {rules.error !== undefined && <Alert type="error">{rules.error}</Alert>}
      <Container header={<Header variant="h2">{t.rules[direction]}</Header>}>
        {rules.loading && <Loading />}
        <RuleEditor
          direction={direction}
          drafts={drafts}
          groups={groups.data ?? []}
          onChange={setDrafts}
        />
      </Container>
    </FormPage>
  );
}

export function EditInboundRulesPage({ id = '' }: Record<string, string>) {
  return <EditRulesPage id={id} direction="inbound" />;
}

export function EditOutboundRulesPage({ id = '' }: Record<string, string>) {
  return <EditRulesPage id={id} direction="outbound" />;
}
