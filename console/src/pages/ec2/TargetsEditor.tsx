// SPDX-License-Identifier: Apache-2.0
// Targets to be registered: chosen among what there is, and kept as pending until the form is sent.
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { Instance } from '@aws-sdk/client-ec2';
import { type TargetDescription, TargetTypeEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import { useState } from 'react';
import { useLoad } from '@/aws/load';
import { nameOf } from '@/aws/names';
import * as read from '@/aws/read';
import { known, TextField } from '@/components/fields';
import { ResourceTable } from '@/components/ResourceTable';
import { Status } from '@/components/Status';
import { useText } from '@/i18n/language';

interface TargetsEditorProps {
  type: TargetTypeEnum | undefined;
  vpc: string;
  port: number;
  targets: TargetDescription[];
  onChange: (targets: TargetDescription[]) => void;
}

function keyOf({ Id = '', Port }: TargetDescription): string {
  return `${Id}:${Port ?? ''}`;
}

interface InstancesProps {
  vpc: string;
  onInclude: (ids: string[]) => void;
  ports: React.ReactNode;
}

function AvailableInstances({ vpc, onInclude, ports }: InstancesProps) {
  const t = useText();
  const [chosen, setChosen] = useState<Instance[]>([]);
  const { data, loading } = useLoad((aws) => read.instances(aws), []);
  const available = (data ?? []).filter(
    ({ VpcId, State }) => VpcId === vpc && State?.Name !== 'terminated',
  );
  return (
    <SpaceBetween size="m">
      <Table<Instance>
        variant="embedded"
        loading={loading}
        loadingText={t.common.loading}
        selectionType="multi"
        selectedItems={chosen}
        trackBy={({ InstanceId = '' }) => InstanceId}
        onSelectionChange={({ detail }) => setChosen(detail.selectedItems)}
        ariaLabels={{
          tableLabel: t.targetGroup.availableInstances,
          selectionGroupLabel: t.targetGroup.availableInstances,
          allItemsSelectionLabel: () => t.table.selectAll,
          itemSelectionLabel: (_, { InstanceId = '' }) => t.table.select(InstanceId),
        }}
        header={<Header variant="h3">{t.targetGroup.availableInstances}</Header>}
        empty={t.instance.empty}
        items={available}
        columnDefinitions={[
          {
            id: 'id',
            header: t.instance.id,
            cell: ({ InstanceId }) => InstanceId,
            isRowHeader: true,
          },
          { id: 'name', header: t.common.name, cell: (instance) => nameOf(instance) },
          {
            id: 'state',
            header: t.common.state,
            cell: ({ State }) => <Status state={State?.Name} />,
          },
          {
            id: 'groups',
            header: t.nav.securityGroups,
            cell: ({ SecurityGroups }) => SecurityGroups?.map((one) => one.GroupName).join(', '),
          },
          {
            id: 'zone',
            header: t.common.zone,
            cell: ({ Placement }) => Placement?.AvailabilityZone,
          },
        ]}
      />
      {ports}
      <Button
        disabled={chosen.length === 0}
        onClick={() => {
          onInclude(chosen.map(({ InstanceId = '' }) => InstanceId));
          setChosen([]);
        }}
      >
        {t.targetGroup.include}
      </Button>
    </SpaceBetween>
  );
}

function TypedAddress({ onInclude, ports }: Omit<InstancesProps, 'vpc'>) {
  const t = useText();
  const [address, setAddress] = useState('');
  return (
    <SpaceBetween size="m">
      <TextField label={t.common.address} value={address} onChange={setAddress} />
      {ports}
      <Button
        disabled={address === ''}
        onClick={() => {
          onInclude([address.trim()]);
          setAddress('');
        }}
      >
        {t.targetGroup.include}
      </Button>
    </SpaceBetween>
  );
}

export function TargetsEditor({ type, vpc, port, targets, onChange }: TargetsEditorProps) {
  const t = useText();
  const [ports, setPorts] = useState(String(port));
  const include = (ids: string[]) => {
    const added = ids.map((Id) => ({ Id, Port: Number(ports) }));
    const kept = targets.filter((old) => !added.some((one) => keyOf(one) === keyOf(old)));
    onChange([...kept, ...added]);
  };
  const portsField = (
    <TextField type="number" label={t.targetGroup.targetPort} value={ports} onChange={setPorts} />
  );
  return (
    <>
      <Container header={<Header variant="h2">{t.targetGroup.registerTargets}</Header>}>
        {type === TargetTypeEnum.IP ? (
          <TypedAddress onInclude={include} ports={portsField} />
        ) : (
          <AvailableInstances vpc={vpc} onInclude={include} ports={portsField} />
        )}
      </Container>
      <ResourceTable<TargetDescription>
        title={t.targetGroup.reviewTargets}
        empty={t.targetGroup.noPending}
        rows={known(targets)}
        rowId={keyOf}
        columns={[
          { id: 'id', header: t.targetGroup.target, text: ({ Id = '' }) => Id },
          { id: 'port', header: t.targetGroup.port, text: ({ Port }) => String(Port ?? '') },
          {
            id: 'health',
            header: t.targetGroup.health,
            text: () => t.state.pending,
            cell: () => <Status state="pending" />,
          },
          {
            id: 'remove',
            header: t.rules.remove,
            text: () => '',
            cell: (target) => (
              <Button
                variant="inline-icon"
                iconName="close"
                ariaLabel={`${t.rules.remove} ${target.Id ?? ''}`}
                onClick={() => onChange(targets.filter((one) => one !== target))}
              />
            ),
          },
        ]}
      />
    </>
  );
}
