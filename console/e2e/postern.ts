// SPDX-License-Identifier: Apache-2.0
// The daemon under test, from outside: its address, its CLI, and accounts of the test's own.
import { execFileSync } from 'node:child_process';

// What tests/test_console.py tells.
export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: run this by tests/test_console.py`);
  }
  return value;
}

export const ENDPOINT = variable('POSTERN_ENDPOINT');
export const REGION = 'ap-northeast-1';

export interface TestAccount {
  id: string;
  name: string;
  accessKeyId: string;
  secretAccessKey: string;
}

function cli(...words: string[]): string {
  return execFileSync(variable('POSTERN_CLI'), words, { encoding: 'utf8' });
}

export function newAccount(prefix: string): TestAccount {
  const name = `${prefix}-${Date.now()}`;
  const made = JSON.parse(cli('account', 'create', name, '--format', 'json')) as Record<
    string,
    string
  >;
  return {
    id: made['account_id'] ?? '',
    name,
    accessKeyId: made['access_key_id'] ?? '',
    secretAccessKey: made['secret_access_key'] ?? '',
  };
}

// An address that signs in once: as the operator, or as one account.
export function consoleLink(account?: string): string {
  return cli('console', ...(account === undefined ? [] : ['--account', account])).trim();
}
