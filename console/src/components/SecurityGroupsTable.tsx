// SPDX-License-Identifier: Apache-2.0
// The security groups that a resource has, each with its page.
import type { Loaded } from '@/aws/load';
import { ResourceTable } from '@/components/ResourceTable';
import { useText } from '@/i18n/language';

export interface SecurityGroupsTableProps {
  of: Loaded<unknown>; // the resource
  groups: { GroupId?: string; GroupName?: string }[] | undefined;
}

export function SecurityGroupsTable({ of, groups = [] }: SecurityGroupsTableProps) {
  const t = useText();
  return (
    <ResourceTable
      title={t.nav.securityGroups}
      empty={t.securityGroup.empty}
      rows={{ ...of, data: groups }}
      rowId={({ GroupId = '' }) => GroupId}
      columns={[
        {
          id: 'id',
          header: t.securityGroup.id,
          text: ({ GroupId = '' }) => GroupId,
          link: ({ GroupId = '' }) => `/vpc/security-groups/${GroupId}`,
        },
        {
          id: 'name',
          header: t.securityGroup.name,
          text: ({ GroupName = '' }) => GroupName,
        },
      ]}
    />
  );
}
