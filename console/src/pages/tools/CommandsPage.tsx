// SPDX-License-Identifier: Apache-2.0
// What was clicked in this tab, as commands that can be typed.
import { useAws } from '@/aws/context';
import { cliLine, type Performed, usePerformed } from '@/aws/commands';
import { Copyable } from '@/components/Copyable';
import { known } from '@/components/fields';
import { ResourceTable } from '@/components/ResourceTable';
import { useText } from '@/i18n/language';

export function CommandsPage() {
  const t = useText();
  const { account } = useAws();
  const own = usePerformed().filter((one) => one.account === account);
  return (
    <ResourceTable<Performed>
      variant="full-page"
      title={t.nav.commands}
      description={t.commands.why}
      empty={t.commands.empty}
      rows={known(own)}
      rowId={({ number }) => String(number)}
      columns={[
        { id: 'time', header: t.events.time, text: ({ at }) => at.toLocaleTimeString() },
        {
          id: 'result',
          header: t.commands.result,
          text: ({ refused }) => refused ?? t.commands.ok,
        },
        {
          id: 'line',
          header: t.nav.commands,
          text: cliLine,
          cell: (one) => <Copyable text={cliLine(one)} />,
        },
      ]}
    />
  );
}
