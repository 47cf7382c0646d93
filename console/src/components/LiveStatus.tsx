// SPDX-License-Identifier: Apache-2.0
// Whether what a page shows is what happens now.
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Live } from '@/console/live';
import { useText } from '@/i18n/language';

const TYPES = { connecting: 'in-progress', live: 'success', broken: 'warning' } as const;

export function LiveStatus({ live }: { live: Live }) {
  const t = useText();
  return (
    <StatusIndicator type={TYPES[live.connection]}>
      {t.live[live.connection]}
      {live.lost > 0 && ` · ${t.live.lost(live.lost)}`}
    </StatusIndicator>
  );
}
