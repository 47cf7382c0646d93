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

export async function call<T>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<T> {
  const response = await fetch(`/console/api/${path}`, {
    method,
    headers: { 'X-Postern-Console': '1', 'Content-Type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  });
  const answer: unknown = await response.json();
  if (response.ok) {
    return answer as T;
  }
  if (response.status === 401) {
    overListeners.forEach((listener) => listener());
  }
  const said = answer as { code?: string; error?: string };
  throw new ConsoleError(response.status, said.code ?? `HTTP ${response.status}`, said.error ?? '');
}
