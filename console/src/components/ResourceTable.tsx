// SPDX-License-Identifier: Apache-2.0
// A list of resources: sorted, filtered, in pages, one of them chosen. The one table of the console.
import { useCollection } from '@cloudscape-design/collection-hooks';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { ReactNode } from 'react';
import { follow, useAddress } from '@/app/router';
import { type Loaded, NO_RELOAD } from '@/aws/load';
import { type Action, ActionMenu } from '@/components/actions';
import { useText } from '@/i18n/language';

const PAGE_SIZE = 25;

export interface Column<T> {
  id: string;
  header: string;
  // What is sorted and filtered by, and shown when there is no `cell`.
  text: (row: T) => string;
  cell?: (row: T) => ReactNode;
  // The page of what stands in the cell.
  link?: (row: T) => string | undefined;
}

export interface ResourceTableProps<T> {
  title: string;
  rows: Loaded<T[]>;
  rowId: (row: T) => string;
  columns: Column<T>[];
  empty: string;
  actions?: Action<T>[];
  create?: { label: string; href: string };
  buttons?: ReactNode; // beside the actions
  description?: ReactNode;
  variant?: TableProps.Variant;
}

function definition<T>(column: Column<T>, address: (path: string) => string) {
  const cell = (row: T): ReactNode => {
    const shown = column.cell?.(row) ?? column.text(row);
    const path = column.link?.(row);
    if (path !== undefined) {
      return (
        <Link href={address(path)} onFollow={follow}>
          {shown}
        </Link>
      );
    }
    return shown === '' ? '-' : shown;
  };
  return {
    id: column.id,
    header: column.header,
    cell,
    sortingComparator: (a: T, b: T) => column.text(a).localeCompare(column.text(b)),
    isRowHeader: column.link !== undefined,
  };
}

export function ResourceTable<T>(props: ResourceTableProps<T>) {
  const { title, rows, rowId, columns, actions, create, buttons, variant = 'container' } = props;
  const t = useText();
  const address = useAddress();
  const definitions = columns.map((column) => definition(column, address));
  const {
    items,
    actions: collection,
    collectionProps,
    filterProps,
    paginationProps,
    filteredItemsCount,
  } = useCollection(rows.data ?? [], {
    filtering: {
      filteringFunction: (row: T, words: string) =>
        columns.some((column) => column.text(row).toLowerCase().includes(words.toLowerCase())),
      empty: (
        <Box textAlign="center" color="inherit">
          {rows.data !== undefined && props.empty}
        </Box>
      ),
      noMatch: (
        <Box textAlign="center" color="inherit">
          <SpaceBetween size="s">
            {t.table.noMatch}
            <Button onClick={() => collection.setFiltering('')}>{t.table.clearFilter}</Button>
          </SpaceBetween>
        </Box>
      ),
    },
    pagination: { pageSize: PAGE_SIZE },
    sorting: {},
    selection: { trackBy: rowId },
  });
  const chosen = collectionProps.selectedItems?.[0];
  const selectable = actions !== undefined && actions.length > 0;
  return (
    <Table<T>
      {...collectionProps}
      variant={variant}
      items={items}
      columnDefinitions={definitions}
      loading={rows.loading}
      loadingText={t.common.loading}
      trackBy={rowId}
      selectionType={selectable ? 'single' : undefined}
      ariaLabels={{
        tableLabel: title,
        selectionGroupLabel: title,
        itemSelectionLabel: (_, row) => t.table.select(rowId(row)),
      }}
      header={
        <>
          <Header
            variant={variant === 'full-page' ? 'h1' : 'h2'}
            counter={rows.data === undefined ? '' : `(${rows.data.length})`}
            description={props.description}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                {rows.reload !== NO_RELOAD && (
                  <Button iconName="refresh" ariaLabel={t.common.reload} onClick={rows.reload} />
                )}
                {selectable && (
                  <ActionMenu actions={actions} subject={chosen} onDone={rows.reload} />
                )}
                {buttons}
                {create !== undefined && (
                  <Button variant="primary" href={address(create.href)} onFollow={follow}>
                    {create.label}
                  </Button>
                )}
              </SpaceBetween>
            }
          >
            {title}
          </Header>
          {rows.error !== undefined && <Alert type="error">{rows.error}</Alert>}
        </>
      }
      filter={
        <TextFilter
          {...filterProps}
          filteringPlaceholder={t.table.find}
          filteringAriaLabel={t.table.find}
          countText={t.table.matches(filteredItemsCount ?? 0)}
        />
      }
      pagination={
        <Pagination
          {...paginationProps}
          ariaLabels={{
            nextPageLabel: t.table.nextPage,
            previousPageLabel: t.table.previousPage,
            pageLabel: t.table.page,
          }}
        />
      }
    />
  );
}
