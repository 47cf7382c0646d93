// SPDX-License-Identifier: Apache-2.0
// Choosing a VPC, a subnet, or one subnet in each zone: the same in every form that asks.
import type { Subnet, Vpc } from '@aws-sdk/client-ec2';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useLoad } from '@/aws/load';
import { label, nameOf } from '@/aws/names';
import * as read from '@/aws/read';
import { type Option, SelectField } from '@/components/fields';
import { useText } from '@/i18n/language';

// Where something new shall stand: a VPC, and what is chosen of it.
export interface Network {
  vpc: string;
  subnets: string[];
  groups: string[];
}

const NOWHERE: Network = { vpc: '', subnets: [], groups: [] };

// With another VPC, what is of it is to be chosen anew.
export function useNetwork(): [Network, (change: Partial<Network>) => void] {
  const [network, setNetwork] = useState(NOWHERE);
  return [
    network,
    (change) =>
      setNetwork((known) => ({ ...(change.vpc === undefined ? known : NOWHERE), ...change })),
  ];
}

function vpcOption(vpc: Vpc): Option {
  return {
    value: vpc.VpcId ?? '',
    label: label(vpc.VpcId, nameOf(vpc)),
    description: vpc.CidrBlock ?? '',
  };
}

function subnetOption(subnet: Subnet): Option {
  return {
    value: subnet.SubnetId ?? '',
    label: label(subnet.SubnetId, nameOf(subnet)),
    description: `${subnet.CidrBlock ?? ''} ${subnet.AvailabilityZone ?? ''}`,
  };
}

interface VpcFieldProps {
  value: string;
  description?: string;
  onChange: (vpc: string) => void;
}

export function VpcField({ value, description, onChange }: VpcFieldProps) {
  const vpcs = useLoad(read.vpcs, []);
  return (
    <SelectField
      label="VPC"
      description={description}
      from={vpcs}
      option={vpcOption}
      value={value}
      onChange={onChange}
    />
  );
}

export function SubnetField({ vpc, value, onChange }: VpcFieldProps & { vpc: string }) {
  const t = useText();
  const subnets = useLoad((aws) => read.subnets(aws, vpc === '' ? undefined : vpc), [vpc]);
  return (
    <SelectField
      label={t.form.subnet}
      from={subnets}
      option={subnetOption}
      value={value}
      onChange={onChange}
    />
  );
}

interface ZoneSubnetsFieldProps {
  vpc: string;
  label: string;
  description: string;
  values: string[];
  onChange: (subnets: string[]) => void;
}

// At most one subnet in each zone.
function ZoneSubnetsField(props: ZoneSubnetsFieldProps) {
  const t = useText();
  const { vpc, values, onChange } = props;
  const { data: subnets = [] } = useLoad(
    (aws) => (vpc === '' ? Promise.resolve<Subnet[]>([]) : read.subnets(aws, vpc)),
    [vpc],
  );
  const zones = [...new Set(subnets.map((subnet) => subnet.AvailabilityZone ?? ''))].sort();
  const inZone = (zone: string) => subnets.filter((subnet) => subnet.AvailabilityZone === zone);
  const replace = (zone: string, subnet: string | undefined) => {
    const here = inZone(zone).map((one) => one.SubnetId);
    const others = values.filter((value) => !here.includes(value));
    onChange(subnet === undefined ? others : [...others, subnet]);
  };
  return (
    <FormField label={props.label} description={props.description}>
      <SpaceBetween size="s">
        {zones.length === 0 && t.form.chooseVpcFirst}
        {zones.map((zone) => {
          const options = inZone(zone).map(subnetOption);
          const chosen = options.find((one) => values.includes(one.value));
          return (
            <SpaceBetween key={zone} size="xxs">
              <Checkbox
                checked={chosen !== undefined}
                onChange={({ detail }) =>
                  replace(zone, detail.checked ? options[0]?.value : undefined)
                }
              >
                {zone}
              </Checkbox>
              {chosen !== undefined && (
                <Select
                  ariaLabel={t.form.subnetIn(zone)}
                  options={options}
                  selectedOption={chosen}
                  onChange={({ detail }) => replace(zone, detail.selectedOption.value)}
                />
              )}
            </SpaceBetween>
          );
        })}
      </SpaceBetween>
    </FormField>
  );
}

interface NetworkFieldsProps {
  network: Network;
  onChange: (change: Partial<Network>) => void;
  label: string;
  description: string;
}

// A VPC, and in it a subnet for each zone.
export function NetworkFields({ network, onChange, ...zones }: NetworkFieldsProps) {
  return (
    <SpaceBetween size="l">
      <VpcField value={network.vpc} onChange={(vpc) => onChange({ vpc })} />
      <ZoneSubnetsField
        {...zones}
        vpc={network.vpc}
        values={network.subnets}
        onChange={(subnets) => onChange({ subnets })}
      />
    </SpaceBetween>
  );
}
