// SPDX-License-Identifier: Apache-2.0
// Packets that were dropped, while they are: `postern watch` as a page.
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import { useAws } from '@/aws/context';
import { known } from '@/components/fields';
import { ResourceTable } from '@/components/ResourceTable';
import { LiveStatus } from '@/components/LiveStatus';
import { isDrop, type PacketEvent } from '@/console/events';
import { useLive } from '@/console/live';
import { useText } from '@/i18n/language';

const KEPT = 500;

function endOf(address: string | undefined, port: number | undefined): string {
  return address === undefined ? '' : `${address}:${port ?? ''}`;
}

export default function EventsPage() {
  const t = useText();
  const { account } = useAws();
  const [all, setAll] = useState(false);
  const [events, setEvents] = useState<PacketEvent[]>([]);
  const live = useLive(account, undefined, (fresh) =>
    setEvents((kept) => [...fresh.toReversed(), ...kept].slice(0, KEPT)),
  );
  return (
    <ResourceTable<PacketEvent>
      variant="full-page"
      title={t.nav.events}
      description={t.events.why}
      empty={t.events.empty}
      rows={{ ...known(all ? events : events.filter(isDrop)), error: live.error }}
      rowId={({ number }) => String(number)}
      buttons={
        <SpaceBetween direction="horizontal" size="m">
          <LiveStatus live={live} />
          <Toggle checked={all} onChange={({ detail }) => setAll(detail.checked)}>
            {t.events.all}
          </Toggle>
        </SpaceBetween>
      }
      columns={[
        {
          id: 'time',
          header: t.events.time,
          text: ({ time }) => new Date(time).toLocaleTimeString(),
        },
        { id: 'verdict', header: t.events.verdict, text: ({ verdict = '' }) => verdict },
        { id: 'meaning', header: t.events.meaning, text: ({ meaning = '' }) => meaning },
        { id: 'protocol', header: t.targetGroup.protocol, text: ({ protocol = '' }) => protocol },
        {
          id: 'source',
          header: t.events.source,
          text: (event) => endOf(event.source, event.source_port),
        },
        {
          id: 'destination',
          header: t.events.destination,
          text: (event) => endOf(event.destination, event.destination_port),
        },
        {
          id: 'instance',
          header: t.events.instance,
          text: ({ instance, interface: link = '' }) => instance || link,
        },
        { id: 'account', header: t.events.account, text: (event) => event.account ?? '' },
      ]}
    />
  );
}
