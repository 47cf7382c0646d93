// SPDX-License-Identifier: Apache-2.0
// A new target group in two steps, as AWS has them: its settings, then its targets.
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import {
  CreateTargetGroupCommand,
  ProtocolEnum,
  RegisterTargetsCommand,
  type TargetDescription,
  TargetTypeEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { useState } from 'react';
import type { Aws } from '@/aws/clients';
import { useAws } from '@/aws/context';
import { TextField } from '@/components/fields';
import { FormFrame } from '@/components/FormPage';
import { VpcField } from '@/components/network';
import { TargetsEditor } from '@/pages/ec2/TargetsEditor';
import { useText } from '@/i18n/language';

const PROTOCOLS = [ProtocolEnum.TCP, ProtocolEnum.UDP];
const CHECKS = [ProtocolEnum.TCP, ProtocolEnum.HTTP, ProtocolEnum.HTTPS];

interface Settings {
  type: TargetTypeEnum;
  name: string;
  protocol: ProtocolEnum;
  port: string;
  vpc: string;
  check: ProtocolEnum;
  // As typed.
  interval: string;
  timeout: string;
  healthy: string;
  unhealthy: string;
}

const NEW: Settings = {
  type: TargetTypeEnum.INSTANCE,
  name: '',
  protocol: ProtocolEnum.TCP,
  port: '80',
  vpc: '',
  check: ProtocolEnum.TCP,
  interval: '30',
  timeout: '10',
  healthy: '5',
  unhealthy: '2',
};

async function create({ elb }: Aws, settings: Settings, targets: TargetDescription[]) {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: settings.name,
      TargetType: settings.type,
      Protocol: settings.protocol,
      Port: Number(settings.port),
      VpcId: settings.vpc,
      HealthCheckProtocol: settings.check,
      HealthCheckIntervalSeconds: Number(settings.interval),
      HealthCheckTimeoutSeconds: Number(settings.timeout),
      HealthyThresholdCount: Number(settings.healthy),
      UnhealthyThresholdCount: Number(settings.unhealthy),
    }),
  );
  const arn = TargetGroups?.[0]?.TargetGroupArn ?? '';
  if (targets.length > 0) {
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: targets }));
  }
  return arn;
}

interface ProtocolFieldProps {
  label: string;
  value: ProtocolEnum;
  options: ProtocolEnum[];
  onChange: (value: ProtocolEnum) => void;
}

function ProtocolField({ label, value, options, onChange }: ProtocolFieldProps) {
  return (
    <FormField label={label}>
      <Select
        options={options.map((option) => ({ value: option, label: option }))}
        selectedOption={{ value, label: value }}
        onChange={({ detail }) =>
          onChange(options.find((option) => option === detail.selectedOption.value) ?? value)
        }
      />
    </FormField>
  );
}

interface SettingsStepProps {
  settings: Settings;
  onChange: (settings: Settings) => void;
}

function SettingsStep({ settings, onChange }: SettingsStepProps) {
  const t = useText();
  const set = (change: Partial<Settings>) => onChange({ ...settings, ...change });
  return (
    <>
      <Container header={<Header variant="h2">{t.targetGroup.basics}</Header>}>
        <SpaceBetween size="l">
          <FormField label={t.targetGroup.type}>
            <RadioGroup
              value={settings.type}
              items={[
                { value: TargetTypeEnum.INSTANCE, label: t.targetGroup.instances },
                { value: TargetTypeEnum.IP, label: t.targetGroup.addresses },
              ]}
              onChange={({ detail }) =>
                set({
                  type:
                    detail.value === TargetTypeEnum.IP
                      ? TargetTypeEnum.IP
                      : TargetTypeEnum.INSTANCE,
                })
              }
            />
          </FormField>
          <TextField
            label={t.targetGroup.name}
            value={settings.name}
            onChange={(name) => set({ name })}
          />
          <ProtocolField
            label={t.targetGroup.protocol}
            value={settings.protocol}
            options={PROTOCOLS}
            onChange={(protocol) => set({ protocol })}
          />
          <TextField
            type="number"
            label={t.targetGroup.port}
            value={settings.port}
            onChange={(port) => set({ port })}
          />
          <VpcField value={settings.vpc} onChange={(vpc) => set({ vpc })} />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">{t.targetGroup.healthCheck}</Header>}>
        <SpaceBetween size="l">
          <ProtocolField
            label={t.targetGroup.checkProtocol}
            value={settings.check}
            options={CHECKS}
            onChange={(check) => set({ check })}
          />
          <ExpandableSection headerText={t.targetGroup.advancedChecks}>
            <ColumnLayout columns={2}>
              <TextField
                type="number"
                label={t.targetGroup.interval}
                value={settings.interval}
                onChange={(interval) => set({ interval })}
              />
              <TextField
                type="number"
                label={t.targetGroup.timeout}
                value={settings.timeout}
                onChange={(timeout) => set({ timeout })}
              />
              <TextField
                type="number"
                label={t.targetGroup.healthyThreshold}
                value={settings.healthy}
                onChange={(healthy) => set({ healthy })}
              />
              <TextField
                type="number"
                label={t.targetGroup.unhealthyThreshold}
                value={settings.unhealthy}
                onChange={(unhealthy) => set({ unhealthy })}
              />
            </ColumnLayout>
          </ExpandableSection>
        </SpaceBetween>
      </Container>
    </>
  );
}

interface TargetGroupFormProps {
  onCreated: (arn: string) => void;
  onCancel: () => void;
}

export function TargetGroupForm({ onCreated, onCancel }: TargetGroupFormProps) {
  const t = useText();
  const aws = useAws();
  const [settings, setSettings] = useState(NEW);
  const [choosing, setChoosing] = useState(false);
  const [targets, setTargets] = useState<TargetDescription[]>([]);
  const back = () => setChoosing(false);
  if (!choosing) {
    return (
      <FormFrame
        onCancel={onCancel}
        submit={{
          label: t.form.next,
          disabled: settings.name === '' || settings.vpc === '' || settings.port === '',
          run: async () => setChoosing(true),
        }}
      >
        <SettingsStep settings={settings} onChange={setSettings} />
      </FormFrame>
    );
  }
  return (
    <FormFrame
      onCancel={onCancel}
      submit={{
        label: t.targetGroup.create,
        run: async () => onCreated(await create(aws, settings, targets)),
      }}
    >
      <Button iconName="arrow-left" onClick={back}>
        {t.form.previous}
      </Button>
      <TargetsEditor
        type={settings.type}
        vpc={settings.vpc}
        port={Number(settings.port)}
        targets={targets}
        onChange={setTargets}
      />
    </FormFrame>
  );
}
