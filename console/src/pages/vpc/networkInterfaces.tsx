// SPDX-License-Identifier: Apache-2.0
import type { NetworkInterface } from '@aws-sdk/client-ec2';
import * as read from '@/aws/read';
import { ListPage } from '@/components/ListPage';
import { Status } from '@/components/Status';
import { useText } from '@/i18n/language';

export function NetworkInterfacesPage() {
  const t = useText();
  return (
    <ListPage<NetworkInterface>
      title={t.nav.networkInterfaces}
      empty={t.networkInterface.empty}
      load={(aws) => read.networkInterfaces(aws)}
      rowId={({ NetworkInterfaceId = '' }) => NetworkInterfaceId}
      columns={[
        { id: 'id', header: 'ID', text: ({ NetworkInterfaceId = '' }) => NetworkInterfaceId },
        {
          id: 'state',
          header: t.common.state,
          text: ({ Status: state = '' }) => state,
          cell: ({ Status: state }) => <Status state={state} />,
        },
        { id: 'type', header: t.endpoint.type, text: ({ InterfaceType = '' }) => InterfaceType },
        {
          id: 'address',
          header: t.common.address,
          text: ({ PrivateIpAddress = '' }) => PrivateIpAddress,
        },
        { id: 'subnet', header: t.form.subnet, text: ({ SubnetId = '' }) => SubnetId },
        {
          id: 'zone',
          header: t.common.zone,
          text: ({ AvailabilityZone = '' }) => AvailabilityZone,
        },
        {
          id: 'groups',
          header: t.nav.securityGroups,
          text: ({ Groups = [] }) => Groups.map(({ GroupName }) => GroupName).join(', '),
        },
        {
          id: 'description',
          header: t.securityGroup.description,
          text: ({ Description = '' }) => Description,
        },
      ]}
    />
  );
}
