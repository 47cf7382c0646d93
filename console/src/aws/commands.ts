// SPDX-License-Identifier: Apache-2.0
// What this tab has changed, as the commands of the aws CLI that would do the same.
import { useSyncExternalStore } from 'react';
import { decodeText } from '@/aws/base64';

export type Service = 'ec2' | 'elbv2';

export interface Performed {
  number: number;
  at: Date;
  account: string;
  service: Service;
  action: string; // AWS's name: CreateVpc
  input: object;
  refused: string | undefined; // AWS's code
}

interface Context {
  commandName?: string;
}
interface Arguments {
  input: object;
}
type Next<Output> = (given: Arguments) => Promise<Output>;

// What the recorder needs of a client: both of ours have it.
interface Recorded {
  middlewareStack: {
    add: (
      middleware: <Output>(
        next: Next<Output>,
        context: Context,
      ) => (given: Arguments) => Promise<Output>,
      options: { step: 'initialize'; name: string },
    ) => void;
  };
}

let performed: Performed[] = [];
const listeners = new Set<() => void>();

function note(one: Omit<Performed, 'number' | 'at'>): void {
  performed = [{ ...one, number: performed.length + 1, at: new Date() }, ...performed];
  listeners.forEach((listener) => listener());
}

function isRead(action: string): boolean {
  return action.startsWith('Describe') || action.startsWith('Get');
}

// Has what `client` is asked to change noted.
export function recordChanges(client: Recorded, account: string, service: Service): void {
  client.middlewareStack.add(
    (next, context) => async (given) => {
      const action = (context.commandName ?? '').replace(/Command$/, '');
      const tell = (refused?: string) => {
        if (!isRead(action)) {
          note({ account, service, action, input: given.input, refused });
        }
      };
      try {
        const output = await next(given);
        tell();
        return output;
      } catch (error) {
        tell(error instanceof Error ? error.name : String(error));
        throw error;
      }
    },
    { step: 'initialize', name: 'posternRecordChanges' },
  );
}

// The newest first.
export function usePerformed(): Performed[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => performed,
  );
}

function dashed(action: string): string {
  return action.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

// The CLI encodes user data itself.
function plainUserData(key: string, value: unknown): unknown {
  return key === 'UserData' && typeof value === 'string' ? decodeText(value) : value;
}

export function cliLine({
  service,
  action,
  input,
}: Pick<Performed, 'service' | 'action' | 'input'>) {
  const json = JSON.stringify(input, plainUserData);
  return `aws ${service} ${dashed(action)} --cli-input-json ${quoted(json)}`;
}
