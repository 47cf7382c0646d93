// SPDX-License-Identifier: Apache-2.0
// Addresses of pages: /console/ACCOUNT/REGION/vpc/endpoints/vpce-1. Account and region are in them, so
// that two tabs may be in two accounts, and an address says which it is about.
import { useMemo, useSyncExternalStore } from 'react';

const BASE = '/console';

export interface Scope {
  account: string;
  region: string;
}

export interface Route {
  scope: Scope | undefined;
  path: string; // below the scope: "/vpc/endpoints"
  query: URLSearchParams;
}

export function parseAddress(pathname: string, search: string): Route {
  const below = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname;
  const scoped = /^\/(\d{12})\/([a-z0-9-]+)(\/.*)?$/.exec(below);
  const query = new URLSearchParams(search);
  if (scoped === null) {
    return { scope: undefined, path: below === '' ? '/' : below, query };
  }
  const [, account = '', region = '', path = '/'] = scoped;
  return { scope: { account, region }, path, query };
}

export function address(path: string, scope: Scope | undefined): string {
  return scope === undefined ? BASE + path : `${BASE}/${scope.account}/${scope.region}${path}`;
}

// The values of the `:names` in `pattern`; undefined when `path` is another page's.
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/\/$/, '').split('/');
  if (wanted.length !== given.length) {
    return undefined;
  }
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) {
      found[part.slice(1)] = decodeURIComponent(value);
    } else if (part !== value) {
      return undefined;
    }
  }
  return found;
}

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

export function useRoute(): Route {
  const at = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  return useMemo(() => {
    const [pathname = '', search = ''] = at.split('?');
    return parseAddress(pathname, search);
  }, [at]);
}

function go(to: string): void {
  history.pushState(null, '', to);
  window.scrollTo(0, 0);
  listeners.forEach((listener) => listener());
}

// To a page of the present account and region, or of another one.
export function navigate(path: string, scope = parseAddress(location.pathname, '').scope): void {
  go(address(path, scope));
}

// What links of the components do when they are clicked.
export function follow(event: {
  detail: { href?: string; external?: boolean };
  preventDefault: () => void;
}): void {
  const { href, external } = event.detail;
  if (href !== undefined && external !== true) {
    event.preventDefault();
    go(href);
  }
}

// The address of a page beside the present one.
export function useAddress(): (path: string) => string {
  const { scope } = useRoute();
  return (path) => address(path, scope);
}
