// SPDX-License-Identifier: Apache-2.0
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { CreateVpcCommand, DeleteVpcCommand, type Subnet, type Vpc } from '@aws-sdk/client-ec2';
import { useState } from 'react';
import { navigate } from '@/app/router';
import { useAws } from '@/aws/context';
import { useLoad } from '@/aws/load';
import { label, nameOf, nameTag } from '@/aws/names';
import * as read from '@/aws/read';
import { usesOfVpc } from '@/aws/uses';
import type { Action } from '@/components/actions';
import { Copyable } from '@/components/Copyable';
import { DetailsPage } from '@/components/DetailsPage';
import { TextField } from '@/components/fields';
import { FormPage } from '@/components/FormPage';
import { ListPage } from '@/components/ListPage';
import { ResourceTable } from '@/components/ResourceTable';
import { Status } from '@/components/Status';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';
import { subnetColumns } from '@/pages/vpc/subnets';

const LIST = '/vpc/vpcs';

function deletion(t: Catalogue): Action<Vpc> {
  const named = (vpc: Vpc) => label(vpc.VpcId, nameOf(vpc));
  return {
    id: 'delete',
    label: t.vpc.delete,
    confirm: (vpc) => t.common.confirmDelete(named(vpc)),
    blockedBy: usesOfVpc,
    run: async ({ ec2 }, { VpcId }) => void (await ec2.send(new DeleteVpcCommand({ VpcId }))),
    done: (vpc) => t.common.deleted(named(vpc)),
  };
}

export function VpcsPage() {
  const t = useText();
  return (
    <ListPage<Vpc>
      title={t.nav.vpcs}
      empty={t.vpc.empty}
      load={(aws) => read.vpcs(aws)}
      rowId={(vpc) => vpc.VpcId ?? ''}
      create={{ label: t.vpc.create, href: `${LIST}/create` }}
      actions={[deletion(t)]}
      columns={[
        { id: 'name', header: t.common.name, text: nameOf },
        {
          id: 'id',
          header: t.vpc.id,
          text: (vpc) => vpc.VpcId ?? '',
          link: (vpc) => `${LIST}/${vpc.VpcId ?? ''}`,
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

export function VpcPage({ id = '' }: Record<string, string>) {
  const t = useText();
  const vpc = useLoad(async (aws) => (await read.vpcs(aws, id))[0], [id]);
  const subnets = useLoad((aws) => read.subnets(aws, id), [id]);
  return (
    <DetailsPage<Vpc>
      of={vpc}
      list={LIST}
      title={(found) => label(found.VpcId, nameOf(found))}
      actions={[deletion(t)]}
      facts={(found) => [
        { label: t.vpc.id, value: <Copyable text={found.VpcId} /> },
        { label: t.common.state, value: <Status state={found.State} /> },
        {
          label: 'IPv4 CIDR',
          value:
            found.CidrBlockAssociationSet?.map(({ CidrBlock }) => CidrBlock).join(', ') ||
            found.CidrBlock,
        },
        { label: t.vpc.isDefault, value: found.IsDefault ? t.common.yes : t.common.no },
      ]}
      tabs={() => [
        {
          id: 'subnets',
          label: t.nav.subnets,
          content: (
            <ResourceTable<Subnet>
              title={t.nav.subnets}
              empty={t.subnet.empty}
              rows={subnets}
              rowId={({ SubnetId = '' }) => SubnetId}
              columns={subnetColumns(t)}
            />
          ),
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
      onCancel={() => navigate(LIST)}
      submit={{
        label: t.vpc.create,
        disabled: cidr === '',
        run: async () => {
          await aws.ec2.send(
            new CreateVpcCommand({ CidrBlock: cidr, TagSpecifications: nameTag('vpc', name) }),
          );
          navigate(LIST);
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
