// SPDX-License-Identifier: Apache-2.0
// A resource's state: AWS's word for it, in the reader's language, with what it means for a person.
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';

const TYPES: Record<string, StatusIndicatorProps.Type> = {
  active: 'success',
  available: 'success',
  healthy: 'success',
  'in-use': 'success',
  running: 'success',
  reachable: 'success',
  passes: 'success',
  initial: 'in-progress',
  pending: 'in-progress',
  provisioning: 'in-progress',
  stopping: 'in-progress',
  deleting: 'in-progress',
  draining: 'in-progress',
  'shutting-down': 'in-progress',
  pendingacceptance: 'pending',
  unused: 'info',
  stopped: 'stopped',
  terminated: 'stopped',
  deleted: 'stopped',
  failed: 'error',
  rejected: 'error',
  unhealthy: 'error',
  unreachable: 'error',
  stops: 'error',
  unavailable: 'warning',
  expired: 'warning',
  unknown: 'warning',
};

// EC2 writes some states in two ways: `pendingAcceptance` and `PendingAcceptance`.
export function isState(state: string | undefined, wanted: string): boolean {
  return state?.toLowerCase() === wanted.toLowerCase();
}

export function stateText(t: Catalogue, state: string | undefined): string {
  const states: Record<string, string> = t.state;
  return states[(state ?? '').toLowerCase()] ?? state ?? '-';
}

export function Status({ state }: { state: string | undefined }) {
  const t = useText();
  return (
    <StatusIndicator type={TYPES[(state ?? '').toLowerCase()] ?? 'info'}>
      {stateText(t, state)}
    </StatusIndicator>
  );
}
