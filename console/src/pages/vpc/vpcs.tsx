// SPDX-License-Identifier: Apache-2.0
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { CreateVpcCommand, DeleteVpcCommand, type Vpc } from '@aws-sdk/client-ec2';
import { useState } from 'react';
import { navigate } from '@/app/router';
import { useAws } from '@/aws/context';
import { nameOf, nameTag } from '@/aws/names';
import * as read from '@/aws/read';
import type { Action } from '@/components/actions';
import { Copyable } from '@/components/Copyable';
import { TextField } from '@/components/fields';
import { FormPage } from '@/components/FormPage';
import { ListPage } from '@/components/ListPage';
import { Status } from '@/components/Status';
import { useText } from '@/i18n/language';

export function VpcsPage() {
  const t = useText();
  const remove: Action<Vpc> = {
    id: 'delete',
    label: t.vpc.delete,
    confirm: (vpc) => t.common.confirmDelete(vpc.VpcId ?? ''),
    run: async ({ ec2 }, { VpcId }) => void (await ec2.send(new DeleteVpcCommand({ VpcId }))),
    done: (vpc) => t.common.deleted(vpc.VpcId ?? ''),
  };
  return (
    <ListPage<Vpc>
      title={t.nav.vpcs}
      empty={t.vpc.empty}
      load={read.vpcs}
      rowId={(vpc) => vpc.VpcId ?? ''}
      create={{ label: t.vpc.create, href: '/vpc/vpcs/create' }}
      actions={[remove]}
      columns={[
        { id: 'name', header: t.common.name, text: nameOf },
        {
          id: 'id',
          header: t.vpc.id,
          text: (vpc) => vpc.VpcId ?? '',
          cell: (vpc) => <Copyable text={vpc.VpcId} />,
        },
        {
          id: 'state',
          header: t.common.state,
          text: (vpc) => vpc.State ?? '',
          cell: (vpc) => <Status state={vpc.State} />,
        },
        { id: 'cidr', header: 'IPv4 CIDR', text: (vpc) => vpc.CidrBlock ?? '' },
        {
          id: 'default',
          header: t.vpc.isDefault,
          text: (vpc) => (vpc.IsDefault ? t.common.yes : t.common.no),
        },
      ]}
    />
  );
}

export function CreateVpcPage() {
  const t = useText();
  const aws = useAws();
  const [name, setName] = useState('');
  const [cidr, setCidr] = useState('');
  return (
    <FormPage
      title={t.vpc.create}
      onCancel={() => navigate('/vpc/vpcs')}
      submit={{
        label: t.vpc.create,
        disabled: cidr === '',
        run: async () => {
          await aws.ec2.send(
            new CreateVpcCommand({ CidrBlock: cidr, TagSpecifications: nameTag('vpc', name) }),
          );
          navigate('/vpc/vpcs');
        },
      }}
    >
      <Container header={<Header variant="h2">{t.vpc.settings}</Header>}>
        <SpaceBetween size="l">
          <TextField label={t.form.nameTag} value={name} onChange={setName} />
          <TextField
            label="IPv4 CIDR"
            value={cidr}
            placeholder="10.0.0.0/16"
            constraint={t.vpc.cidrConstraint}
            onChange={setCidr}
          />
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}
