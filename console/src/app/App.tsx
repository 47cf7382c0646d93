// SPDX-License-Identifier: Apache-2.0
// What is shown first: whether somebody is signed in, and in which account and region.
import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import { useCallback, useEffect, useState } from 'react';
import { AwsProvider } from '@/aws/context';
import { NotificationsProvider } from '@/app/notifications';
import { navigate, useRoute } from '@/app/router';
import { Shell } from '@/app/Shell';
import { SignIn } from '@/app/SignIn';
import { fetchSession, onSessionOver, type Session, signOut } from '@/console/session';
import { LanguageProvider } from '@/i18n/language';

type Visit = 'asking' | 'nobody' | Session;

function Console() {
  const route = useRoute();
  const [visit, setVisit] = useState<Visit>('asking');
  useEffect(() => onSessionOver(() => setVisit('nobody')), []);
  useEffect(() => {
    fetchSession().then(setVisit, () => setVisit('nobody'));
  }, []);
  const leave = useCallback(() => {
    signOut().finally(() => {
      setVisit('nobody');
      navigate('/', undefined);
    });
  }, []);

  if (visit === 'asking') {
    return (
      <Box textAlign="center" padding="xxxl">
        <Spinner size="large" />
      </Box>
    );
  }
  if (visit === 'nobody' || route.path === '/sign-in') {
    return <SignIn onSignedIn={setVisit} />;
  }
  const account =
    visit.accounts.find((one) => one.id === route.scope?.account) ??
    visit.accounts.find((one) => one.id === visit.account) ??
    visit.accounts[0];
  const region = route.scope?.region ?? visit.region;
  return (
    <NotificationsProvider>
      <AwsProvider account={account?.id ?? ''} region={region}>
        <Shell session={visit} account={account} region={region} onSignOut={leave} />
      </AwsProvider>
    </NotificationsProvider>
  );
}

export function App() {
  return (
    <LanguageProvider>
      <Console />
    </LanguageProvider>
  );
}
