// SPDX-License-Identifier: Apache-2.0
// The fields that forms are made of.
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { type Loaded, NO_RELOAD } from '@/aws/load';
import { useText } from '@/i18n/language';

interface FieldProps {
  label: ReactNode;
  description?: ReactNode;
  constraint?: ReactNode;
  error?: string | undefined;
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  type?: 'text' | 'number' | 'password';
}

export function TextField(props: TextFieldProps) {
  return (
    <FormField
      label={props.label}
      description={props.description}
      constraintText={props.constraint}
      errorText={props.error}
    >
      <Input
        value={props.value}
        type={props.type ?? 'text'}
        placeholder={props.placeholder ?? ''}
        onChange={({ detail }) => props.onChange(detail.value)}
      />
    </FormField>
  );
}

export interface Option {
  value: string;
  label: string;
  description?: string;
}

interface ChoiceProps<T> extends FieldProps {
  from: Loaded<T[]>;
  option: (row: T) => Option;
  // What makes a new one without leaving the form.
  create?: { label: string; onClick: () => void };
}

interface SelectFieldProps<T> extends ChoiceProps<T> {
  value: string;
  onChange: (value: string) => void;
}

interface MultiselectFieldProps<T> extends ChoiceProps<T> {
  values: string[];
  onChange: (values: string[]) => void;
}

function useChoice<T>({ from, option }: ChoiceProps<T>) {
  const t = useText();
  const options = from.data?.map(option) ?? [];
  return {
    options,
    statusType: from.loading
      ? ('loading' as const)
      : from.error
        ? ('error' as const)
        : ('finished' as const),
    loadingText: t.common.loading,
    errorText: from.error,
    empty: t.form.nothingToChoose,
    placeholder: t.form.choose,
    filteringType: 'auto' as const,
  };
}

function frame<T>(props: ChoiceProps<T>) {
  return {
    label: props.label,
    description: props.description,
    constraintText: props.constraint,
    errorText: props.error,
    secondaryControl: props.create && (
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="refresh" ariaLabel="↻" onClick={props.from.reload} />
        <Button onClick={props.create.onClick}>{props.create.label}</Button>
      </SpaceBetween>
    ),
  };
}

export function SelectField<T>(props: SelectFieldProps<T>) {
  const choice = useChoice(props);
  const selected = choice.options.find((one) => one.value === props.value) ?? null;
  return (
    <FormField {...frame(props)}>
      <Select
        {...choice}
        selectedOption={selected}
        onChange={({ detail }) => props.onChange(detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

export function MultiselectField<T>(props: MultiselectFieldProps<T>) {
  const choice = useChoice(props);
  const selected = choice.options.filter((one) => props.values.includes(one.value));
  return (
    <FormField {...frame(props)}>
      <Multiselect
        {...choice}
        selectedOptions={selected}
        onChange={({ detail }) =>
          props.onChange(detail.selectedOptions.map((one) => one.value ?? ''))
        }
      />
    </FormField>
  );
}

// A list that is known without asking.
export function known<T>(data: T[]): Loaded<T[]> {
  return { data, error: undefined, loading: false, reload: NO_RELOAD };
}
