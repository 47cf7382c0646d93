// SPDX-License-Identifier: Apache-2.0
// Who is signed in. The session itself is a cookie that no script can read.
import { call, onSessionOver } from '@/console/call';

export interface Account {
  id: string;
  name: string;
}

export interface Session {
  operator: boolean;
  account: string;
  principal: string;
  accounts: Account[];
  region: string;
  version: string;
}

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

export { onSessionOver };

export function fetchSession(): Promise<Session> {
  return call('GET', 'session');
}

export function signInByLink(link: string): Promise<Session> {
  return call('POST', 'session', { link });
}

// The secret key does not leave the browser: STS gives session keys for it, and their token shows
// whose they are.
export async function signInByKey(accessKeyId: string, secretAccessKey: string): Promise<Session> {
  const { GetSessionTokenCommand, STSClient } = await import('@aws-sdk/client-sts');
  const health = (await (await fetch('/_postern/health')).json()) as { region: string };
  const sts = new STSClient({
    region: health.region,
    endpoint: location.origin,
    credentials: { accessKeyId, secretAccessKey },
  });
  const { Credentials: keys } = await sts.send(
    new GetSessionTokenCommand({ DurationSeconds: 900 }),
  );
  return call('POST', 'session', {
    access_key_id: keys?.AccessKeyId,
    session_token: keys?.SessionToken,
  });
}

export function signOut(): Promise<unknown> {
  return call('DELETE', 'session');
}

// Keys for some minutes in that account. They are kept in memory only.
export async function fetchKeys(account: string): Promise<Keys> {
  const keys = await call<Record<string, string>>('POST', 'credentials', { account });
  return {
    accessKeyId: keys['access_key_id'] ?? '',
    secretAccessKey: keys['secret_access_key'] ?? '',
    sessionToken: keys['session_token'] ?? '',
    expiration: new Date(keys['expiration'] ?? 0),
  };
}
