// SPDX-License-Identifier: Apache-2.0
// A new security group with its rules: on its page, and within the forms that ask for a group.
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import { useState } from 'react';
import type { Aws } from '@/aws/clients';
import { useAws } from '@/aws/context';
import { useLoad } from '@/aws/load';
import * as read from '@/aws/read';
import { permissionOf, problemOf, type RuleDraft, withType, NEW_RULE } from '@/aws/rules';
import { TextField } from '@/components/fields';
import { FormFrame } from '@/components/FormPage';
import { VpcField } from '@/components/network';
import { RuleEditor } from '@/components/RuleEditor';
import { useText } from '@/i18n/language';

// Every new group has this rule; AWS makes it.
const ALL_OUT: RuleDraft = { ...withType(NEW_RULE, 'all'), peer: '0.0.0.0/0' };

interface NewGroup {
  vpc: string;
  name: string;
  description: string;
  inbound: RuleDraft[];
  outbound: RuleDraft[];
}

async function create({ ec2 }: Aws, wanted: NewGroup): Promise<string> {
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({
      VpcId: wanted.vpc,
      GroupName: wanted.name,
      Description: wanted.description,
    }),
  );
  if (wanted.inbound.length > 0) {
    const IpPermissions = wanted.inbound.map(permissionOf);
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  }
  const outbound = wanted.outbound.filter((draft) => draft !== ALL_OUT);
  if (!wanted.outbound.includes(ALL_OUT)) {
    const IpPermissions = [permissionOf(ALL_OUT)];
    await ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
  }
  if (outbound.length > 0) {
    const IpPermissions = outbound.map(permissionOf);
    await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
  }
  return GroupId ?? '';
}

interface SecurityGroupFormProps {
  vpc?: string; // chosen already
  onCreated: (id: string) => void;
  onCancel: () => void;
}

export function SecurityGroupForm({ vpc: given, onCreated, onCancel }: SecurityGroupFormProps) {
  const t = useText();
  const aws = useAws();
  const [vpc, setVpc] = useState(given ?? '');
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [inbound, setInbound] = useState<RuleDraft[]>([]);
  const [outbound, setOutbound] = useState<RuleDraft[]>([ALL_OUT]);
  const { data: groups = [] } = useLoad(
    (client) => read.securityGroups(client, vpc === '' ? undefined : vpc),
    [vpc],
  );
  const incomplete =
    vpc === '' ||
    name === '' ||
    description === '' ||
    [...inbound, ...outbound].some((draft) => problemOf(draft) !== undefined);
  return (
    <FormFrame
      submit={{
        label: t.securityGroup.create,
        disabled: incomplete,
        run: async () =>
          onCreated(await create(aws, { vpc, name, description, inbound, outbound })),
      }}
      onCancel={onCancel}
    >
      <Container header={<Header variant="h2">{t.common.details}</Header>}>
        <SpaceBetween size="l">
          <TextField label={t.securityGroup.name} value={name} onChange={setName} />
          <TextField
            label={t.securityGroup.description}
            value={description}
            onChange={setDescription}
          />
          {given === undefined && <VpcField value={vpc} onChange={setVpc} />}
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">{t.rules.inbound}</Header>}>
        <RuleEditor direction="inbound" drafts={inbound} groups={groups} onChange={setInbound} />
      </Container>
      <Container header={<Header variant="h2">{t.rules.outbound}</Header>}>
        <RuleEditor direction="outbound" drafts={outbound} groups={groups} onChange={setOutbound} />
      </Container>
    </FormFrame>
  );
}
