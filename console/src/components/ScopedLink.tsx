// SPDX-License-Identifier: Apache-2.0
// A link to a page of any account, for what is shown of several at a time.
import Link from '@cloudscape-design/components/link';
import type { ReactNode } from 'react';
import { address, follow } from '@/app/router';
import { useAws } from '@/aws/context';

interface ScopedLinkProps {
  account: string;
  path: string | undefined; // without one it is text
  children: ReactNode;
}

export function ScopedLink({ account, path, children }: ScopedLinkProps) {
  const { region } = useAws();
  if (path === undefined) {
    return <>{children}</>;
  }
  return (
    <Link href={address(path, { account, region })} onFollow={follow}>
      {children}
    </Link>
  );
}
