// SPDX-License-Identifier: Apache-2.0
// The rules of a security group in one direction, to be written.
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Box from '@cloudscape-design/components/box';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { SecurityGroup } from '@aws-sdk/client-ec2';
import {
  type Direction,
  NEW_RULE,
  problemOf,
  RULE_TYPES,
  type RuleDraft,
  withType,
} from '@/aws/rules';
import { useText } from '@/i18n/language';

const ANYWHERE = '0.0.0.0/0';

interface RuleEditorProps {
  direction: Direction;
  drafts: RuleDraft[];
  groups: SecurityGroup[];
  onChange: (drafts: RuleDraft[]) => void;
}

export function RuleEditor({ direction, drafts, groups, onChange }: RuleEditorProps) {
  const t = useText();
  const types = Object.keys(RULE_TYPES).map((value) => ({ value, label: t.rules.type(value) }));
  const peers = [
    { value: ANYWHERE, label: ANYWHERE, description: t.rules.anywhere },
    ...groups.map((group) => ({
      value: group.GroupId ?? '',
      label: group.GroupId ?? '',
      description: group.GroupName ?? '',
    })),
  ];
  const replace = (index: number, draft: RuleDraft) =>
    onChange(drafts.map((old, at) => (at === index ? draft : old)));
  const peerLabel = direction === 'inbound' ? t.rules.source : t.rules.destination;
  return (
    <div role="group" aria-label={t.rules[direction]}>
      <AttributeEditor<RuleDraft>
        items={drafts}
        gridLayout={[{ rows: [[2, 1, 3, 2]] }]}
        empty={<Box color="text-status-inactive">{t.rules.none[direction]}</Box>}
        addButtonText={t.rules.add}
        removeButtonText={t.rules.remove}
        removeButtonAriaLabel={(draft) => `${t.rules.remove} ${t.rules.type(draft.type)}`}
        onAddButtonClick={() => onChange([...drafts, NEW_RULE])}
        onRemoveButtonClick={({ detail }) =>
          onChange(drafts.filter((_, index) => index !== detail.itemIndex))
        }
        definition={[
          {
            label: t.rules.typeLabel,
            control: (draft, index) => (
              <Select
                options={types}
                selectedOption={types.find(({ value }) => value === draft.type) ?? null}
                onChange={({ detail }) =>
                  replace(index, withType(draft, detail.selectedOption.value ?? ''))
                }
              />
            ),
          },
          {
            label: t.rules.ports,
            errorText: (draft) =>
              draft.ports !== '' && problemOf(draft) === 'ports' ? t.rules.badPorts : undefined,
            control: (draft, index) => (
              <Input
                value={draft.ports}
                disabled={RULE_TYPES[draft.type]?.ports !== undefined}
                onChange={({ detail }) => replace(index, { ...draft, ports: detail.value })}
              />
            ),
          },
          {
            label: peerLabel,
            errorText: (draft) =>
              draft.peer !== '' && problemOf(draft) === 'peer' ? t.rules.badPeer : undefined,
            control: (draft, index) => (
              <Autosuggest
                value={draft.peer}
                options={peers}
                enteredTextLabel={(text) => text}
                empty={t.form.nothingToChoose}
                onChange={({ detail }) => replace(index, { ...draft, peer: detail.value })}
              />
            ),
          },
          {
            label: t.rules.description,
            control: (draft, index) => (
              <Input
                value={draft.description}
                onChange={({ detail }) => replace(index, { ...draft, description: detail.value })}
              />
            ),
          },
        ]}
      />
    </div>
  );
}
