// SPDX-License-Identifier: Apache-2.0
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { CreateSubnetCommand, DeleteSubnetCommand, type Subnet } from '@aws-sdk/client-ec2';
import { useState } from 'react';
import { navigate } from '@/app/router';
import { useAws } from '@/aws/context';
import { useLoad } from '@/aws/load';
import { nameOf, nameTag } from '@/aws/names';
import * as read from '@/aws/read';
import { usesOfSubnet } from '@/aws/uses';
import type { Action } from '@/components/actions';
import { Copyable } from '@/components/Copyable';
import { SelectField, TextField } from '@/components/fields';
import { FormPage } from '@/components/FormPage';
import { ListPage } from '@/components/ListPage';
import { VpcField } from '@/components/network';
import type { Column } from '@/components/ResourceTable';
import { Status } from '@/components/Status';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';

export function subnetColumns(t: Catalogue): Column<Subnet>[] {
  return [
    { id: 'name', header: t.common.name, text: nameOf },
    {
      id: 'id',
      header: t.subnet.id,
      text: (subnet) => subnet.SubnetId ?? '',
      cell: (subnet) => <Copyable text={subnet.SubnetId} />,
    },
    {
      id: 'state',
      header: t.common.state,
      text: (subnet) => subnet.State ?? '',
      cell: (subnet) => <Status state={subnet.State} />,
    },
    {
      id: 'vpc',
      header: 'VPC',
      text: (subnet) => subnet.VpcId ?? '',
      link: (subnet) => `/vpc/vpcs/${subnet.VpcId ?? ''}`,
    },
    { id: 'cidr', header: 'IPv4 CIDR', text: (subnet) => subnet.CidrBlock ?? '' },
    { id: 'zone', header: t.common.zone, text: (subnet) => subnet.AvailabilityZone ?? '' },
    {
      id: 'free',
      header: t.subnet.free,
      text: (subnet) => String(subnet.AvailableIpAddressCount ?? ''),
    },
  ];
}

export function SubnetsPage() {
  const t = useText();
  const remove: Action<Subnet> = {
    id: 'delete',
    label: t.subnet.delete,
    confirm: (subnet) => t.common.confirmDelete(subnet.SubnetId ?? ''),
    blockedBy: usesOfSubnet,
    run: async ({ ec2 }, { SubnetId }) =>
      void (await ec2.send(new DeleteSubnetCommand({ SubnetId }))),
    done: (subnet) => t.common.deleted(subnet.SubnetId ?? ''),
  };
  return (
    <ListPage<Subnet>
      title={t.nav.subnets}
      empty={t.subnet.empty}
      load={(aws) => read.subnets(aws)}
      rowId={(subnet) => subnet.SubnetId ?? ''}
      create={{ label: t.subnet.create, href: '/vpc/subnets/create' }}
      actions={[remove]}
      columns={subnetColumns(t)}
    />
  );
}

export function CreateSubnetPage() {
  const t = useText();
  const aws = useAws();
  const zones = useLoad(read.zones, []);
  const [vpc, setVpc] = useState('');
  const [name, setName] = useState('');
  const [zone, setZone] = useState('');
  const [cidr, setCidr] = useState('');
  return (
    <FormPage
      title={t.subnet.create}
      onCancel={() => navigate('/vpc/subnets')}
      submit={{
        label: t.subnet.create,
        disabled: vpc === '' || cidr === '',
        run: async () => {
          await aws.ec2.send(
            new CreateSubnetCommand({
              VpcId: vpc,
              CidrBlock: cidr,
              AvailabilityZone: zone === '' ? undefined : zone,
              TagSpecifications: nameTag('subnet', name),
            }),
          );
          navigate('/vpc/subnets');
        },
      }}
    >
      <Container header={<Header variant="h2">{t.subnet.settings}</Header>}>
        <SpaceBetween size="l">
          <VpcField value={vpc} onChange={setVpc} />
          <TextField label={t.form.nameTag} value={name} onChange={setName} />
          <SelectField
            label={t.common.zone}
            from={zones}
            option={({ ZoneName = '' }) => ({ value: ZoneName, label: ZoneName })}
            value={zone}
            onChange={setZone}
          />
          <TextField label="IPv4 CIDR" value={cidr} placeholder="10.0.1.0/24" onChange={setCidr} />
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}
