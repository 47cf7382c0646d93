// SPDX-License-Identifier: Apache-2.0
// The page of all resources of a kind.
import type { Aws } from '@/aws/clients';
import { useLoad } from '@/aws/load';
import { ResourceTable, type ResourceTableProps } from '@/components/ResourceTable';

interface ListPageProps<T> extends Omit<ResourceTableProps<T>, 'rows' | 'variant'> {
  load: (aws: Aws) => Promise<T[]>;
}

export function ListPage<T>({ load, ...table }: ListPageProps<T>) {
  return <ResourceTable {...table} variant="full-page" rows={useLoad(load, [])} />;
}
