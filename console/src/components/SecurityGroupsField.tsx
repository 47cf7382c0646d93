// SPDX-License-Identifier: Apache-2.0
// Choosing security groups of a VPC, or making one on the way.
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import { useState } from 'react';
import { useLoad } from '@/aws/load';
import { label } from '@/aws/names';
import * as read from '@/aws/read';
import { MultiselectField, type Option } from '@/components/fields';
import { FormModal } from '@/components/FormPage';
import { SecurityGroupForm } from '@/components/SecurityGroupForm';
import { useText } from '@/i18n/language';

function groupOption(group: SecurityGroup): Option {
  return {
    value: group.GroupId ?? '',
    label: label(group.GroupId, group.GroupName),
    description: group.Description ?? '',
  };
}

interface SecurityGroupsFieldProps {
  vpc: string;
  values: string[];
  description?: string;
  onChange: (groups: string[]) => void;
}

export function SecurityGroupsField({
  vpc,
  values,
  description,
  onChange,
}: SecurityGroupsFieldProps) {
  const t = useText();
  const [creating, setCreating] = useState(false);
  const groups = useLoad(
    (aws) => (vpc === '' ? Promise.resolve<SecurityGroup[]>([]) : read.securityGroups(aws, vpc)),
    [vpc],
  );
  return (
    <>
      <MultiselectField
        label={t.nav.securityGroups}
        description={description}
        from={groups}
        option={groupOption}
        values={values}
        onChange={onChange}
        create={{ label: t.securityGroup.create, onClick: () => setCreating(true) }}
      />
      {creating && (
        <FormModal size="max" title={t.securityGroup.create} onCancel={() => setCreating(false)}>
          <SecurityGroupForm
            vpc={vpc}
            onCancel={() => setCreating(false)}
            onCreated={(group) => {
              setCreating(false);
              groups.reload();
              onChange([...values, group]);
            }}
          />
        </FormModal>
      )}
    </>
  );
}
