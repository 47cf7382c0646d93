// SPDX-License-Identifier: Apache-2.0
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import {
  _InstanceType,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { useState } from 'react';
import { follow, navigate, useAddress } from '@/app/router';
import { useAws } from '@/aws/context';
import { decodeText, encodeText } from '@/aws/base64';
import { useLoad } from '@/aws/load';
import { label, nameOf, nameTag } from '@/aws/names';
import * as read from '@/aws/read';
import type { Action } from '@/components/actions';
import { Copyable } from '@/components/Copyable';
import { DetailsPage } from '@/components/DetailsPage';
import { known, SelectField, TextField } from '@/components/fields';
import { FormPage } from '@/components/FormPage';
import { Loading } from '@/components/Loading';
import { ListPage } from '@/components/ListPage';
import { SubnetField, useNetwork, VpcField } from '@/components/network';
import { SecurityGroupsField } from '@/components/SecurityGroupsField';
import { SecurityGroupsTable } from '@/components/SecurityGroupsTable';
import { Status } from '@/components/Status';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';

const LIST = '/ec2/instances';
const TYPES = [_InstanceType.t3_micro, _InstanceType.t3_small, _InstanceType.t3_medium];

function termination(t: Catalogue): Action<Instance> {
  const named = (instance: Instance) => label(instance.InstanceId, nameOf(instance));
  return {
    id: 'terminate',
    label: t.instance.terminate,
    enabled: ({ State }) => State?.Name === 'running' || State?.Name === 'pending',
    confirm: (instance) => t.instance.confirmTerminate(named(instance)),
    run: async ({ ec2 }, { InstanceId = '' }) =>
      void (await ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))),
    done: (instance) => t.instance.terminating(named(instance)),
  };
}

export function InstancesPage() {
  const t = useText();
  return (
    <ListPage<Instance>
      title={t.nav.instances}
      empty={t.instance.empty}
      load={(aws) => read.instances(aws)}
      rowId={({ InstanceId = '' }) => InstanceId}
      create={{ label: t.instance.launch, href: `${LIST}/launch` }}
      actions={[termination(t)]}
      columns={[
        { id: 'name', header: t.common.name, text: nameOf },
        {
          id: 'id',
          header: t.instance.id,
          text: ({ InstanceId = '' }) => InstanceId,
          link: ({ InstanceId = '' }) => `${LIST}/${InstanceId}`,
        },
        {
          id: 'state',
          header: t.common.state,
          text: ({ State }) => State?.Name ?? '',
          cell: ({ State }) => <Status state={State?.Name} />,
        },
        { id: 'type', header: t.instance.type, text: ({ InstanceType = '' }) => InstanceType },
        {
          id: 'zone',
          header: t.common.zone,
          text: ({ Placement }) => Placement?.AvailabilityZone ?? '',
        },
        {
          id: 'address',
          header: t.common.address,
          text: ({ PrivateIpAddress = '' }) => PrivateIpAddress,
        },
        { id: 'vpc', header: 'VPC', text: ({ VpcId = '' }) => VpcId },
      ]}
    />
  );
}

export function LaunchInstancePage() {
  const t = useText();
  const aws = useAws();
  const images = useLoad(read.images, []);
  const [name, setName] = useState('');
  const [image, setImage] = useState('');
  const [type, setType] = useState<string>(_InstanceType.t3_micro);
  const [network, setNetwork] = useNetwork();
  const [subnet = ''] = network.subnets;
  const [userData, setUserData] = useState('');
  const imageId = image === '' ? (images.data?.[0]?.ImageId ?? '') : image;
  const launch = async () => {
    await aws.ec2.send(
      new RunInstancesCommand({
        ImageId: imageId,
        InstanceType: TYPES.find((one) => one === type) ?? _InstanceType.t3_micro,
        MinCount: 1,
        MaxCount: 1,
        SubnetId: subnet,
        SecurityGroupIds: network.groups.length > 0 ? network.groups : undefined,
        UserData: userData === '' ? undefined : encodeText(userData),
        TagSpecifications: nameTag('instance', name),
      }),
    );
    navigate(LIST);
  };
  return (
    <FormPage
      title={t.instance.launch}
      onCancel={() => navigate(LIST)}
      submit={{
        label: t.instance.launch,
        disabled: imageId === '' || subnet === '',
        run: launch,
      }}
    >
      <Container header={<Header variant="h2">{t.instance.nameAndImage}</Header>}>
        <SpaceBetween size="l">
          <TextField label={t.common.name} value={name} onChange={setName} />
          <SelectField
            label={t.instance.image}
            from={images}
            option={({ ImageId = '', Name = '', Description = '' }) => ({
              value: ImageId,
              label: label(ImageId, Name),
              description: Description,
            })}
            value={imageId}
            onChange={setImage}
          />
          <SelectField
            label={t.instance.type}
            from={known(TYPES)}
            option={(value) => ({ value, label: value })}
            value={type}
            onChange={setType}
          />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">{t.form.networkSettings}</Header>}>
        <SpaceBetween size="l">
          <VpcField value={network.vpc} onChange={(vpc) => setNetwork({ vpc })} />
          <SubnetField
            vpc={network.vpc}
            value={subnet}
            onChange={(chosen) => setNetwork({ subnets: [chosen] })}
          />
          <SecurityGroupsField
            vpc={network.vpc}
            values={network.groups}
            onChange={(groups) => setNetwork({ groups })}
          />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">{t.instance.advanced}</Header>}>
        <FormField label={t.instance.userData} description={t.instance.userDataWhy} stretch>
          <Textarea
            rows={8}
            spellcheck={false}
            value={userData}
            onChange={({ detail }) => setUserData(detail.value)}
          />
        </FormField>
      </Container>
    </FormPage>
  );
}

function SystemLogTab({ id }: { id: string }) {
  const t = useText();
  const log = useLoad(
    async ({ ec2 }) =>
      (await ec2.send(new GetConsoleOutputCommand({ InstanceId: id }))).Output ?? '',
    [id],
  );
  return (
    <Container header={<Header variant="h2">{t.instance.systemLog}</Header>}>
      {log.loading && <Loading />}
      {log.error !== undefined && <Alert type="error">{log.error}</Alert>}
      {log.data !== undefined && (
        <Box variant="pre">{decodeText(log.data) || t.instance.noLog}</Box>
      )}
    </Container>
  );
}

export function InstancePage({ id = '' }: Record<string, string>) {
  const t = useText();
  const address = useAddress();
  const instance = useLoad(async (aws) => (await read.instances(aws, [id]))[0], [id]);
  return (
    <DetailsPage<Instance>
      of={instance}
      list={LIST}
      title={(found) => label(found.InstanceId, nameOf(found))}
      actions={[termination(t)]}
      buttons={({ State }) => (
        <Button
          disabled={State?.Name !== 'running'}
          href={address(`${LIST}/${id}/connect`)}
          onFollow={follow}
        >
          {t.instance.connect}
        </Button>
      )}
      facts={(found) => [
        { label: t.instance.id, value: <Copyable text={found.InstanceId} /> },
        { label: t.common.state, value: <Status state={found.State?.Name} /> },
        { label: t.common.address, value: <Copyable text={found.PrivateIpAddress} /> },
        { label: t.instance.dns, value: <Copyable text={found.PrivateDnsName} /> },
        { label: t.instance.type, value: found.InstanceType },
        { label: t.instance.image, value: found.ImageId },
        { label: 'VPC', value: <Copyable text={found.VpcId} /> },
        { label: t.form.subnet, value: <Copyable text={found.SubnetId} /> },
      ]}
      tabs={(found) => [
        {
          id: 'groups',
          label: t.nav.securityGroups,
          content: <SecurityGroupsTable of={instance} groups={found.SecurityGroups} />,
        },
        { id: 'log', label: t.instance.systemLog, content: <SystemLogTab id={id} /> },
      ]}
    />
  );
}
