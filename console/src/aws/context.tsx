// SPDX-License-Identifier: Apache-2.0
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { type Aws, connect } from '@/aws/clients';

const Context = createContext<Aws | undefined>(undefined);

interface AwsProviderProps {
  account: string;
  region: string;
  children: ReactNode;
}

export function AwsProvider({ account, region, children }: AwsProviderProps) {
  const aws = useMemo(() => connect(account, region), [account, region]);
  return <Context.Provider value={aws}>{children}</Context.Provider>;
}

export function useAws(): Aws {
  const aws = useContext(Context);
  if (aws === undefined) {
    throw new Error('useAws() outside of AwsProvider');
  }
  return aws;
}
