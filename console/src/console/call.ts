// SPDX-License-Identifier: Apache-2.0
// The few requests that are the console's own: /console/api/ of the daemon.

export class ConsoleError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = code;
  }
}

const overListeners = new Set<() => void>();

// Calls `listener` when the daemon says that nobody is signed in any more.
export function onSessionOver(listener: () => void): () => void {
  overListeners.add(listener);
  return () => overListeners.delete(listener);
}

// What only our own page can send: see src/console/guard.h.
export const HEADERS = { 'X-Postern-Console': '1' };

// Why there was no answer to what was asked for.
export async function refusalOf(response: Response): Promise<ConsoleError> {
  if (response.status === 401) {
    overListeners.forEach((listener) => listener());
  }
  const said = (await response.json()) as { code?: string; error?: string };
  return new ConsoleError(
    response.status,
    said.code ?? `HTTP ${response.status}`,
    said.error ?? '',
  );
}

export async function call<T>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<T> {
  const response = await fetch(`/console/api/${path}`, {
    method,
    headers: { ...HEADERS, 'Content-Type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!response.ok) {
    throw await refusalOf(response);
  }
  return (await response.json()) as T;
}
