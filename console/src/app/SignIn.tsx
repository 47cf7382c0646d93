// SPDX-License-Identifier: Apache-2.0
// Signing in: by the operator's one-time link, whose word is in the address's fragment and so is sent
// to nobody, or by an access key.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useEffect, useRef, useState } from 'react';
import { address } from '@/app/router';
import { describeError } from '@/aws/error';
import { TextField } from '@/components/fields';
import { FormFrame } from '@/components/FormPage';
import { type Session, signInByKey, signInByLink } from '@/console/session';
import { useText } from '@/i18n/language';

interface SignInProps {
  onSignedIn: (session: Session) => void;
}

function leaveSignInAddress(): void {
  history.replaceState(null, '', address('/', undefined));
  window.dispatchEvent(new PopStateEvent('popstate'));
}

export function SignIn({ onSignedIn }: SignInProps) {
  const t = useText();
  const [key, setKey] = useState('');
  const [secret, setSecret] = useState('');
  const [error, setError] = useState<string>();
  const link = useRef(location.hash.slice(1));
  const [working, setWorking] = useState(link.current !== '');
  useEffect(() => {
    const word = link.current;
    if (word === '') {
      return;
    }
    link.current = ''; // it is good once
    signInByLink(word)
      .then(onSignedIn, (failure: unknown) => setError(describeError(failure)))
      .finally(() => {
        leaveSignInAddress();
        setWorking(false);
      });
  }, [onSignedIn]);
  if (working) {
    return (
      <Box textAlign="center" padding="xxxl">
        <Spinner size="large" /> {t.signIn.working}
      </Box>
    );
  }
  return (
    <main>
      <ContentLayout defaultPadding header={<Header variant="h1">{t.signIn.title}</Header>}>
        <Grid gridDefinition={[{ colspan: { default: 12, s: 8, m: 6 } }]}>
          <SpaceBetween size="l">
            {error !== undefined && (
              <Alert type="error" header={t.signIn.failed}>
                {error}
              </Alert>
            )}
            <Container header={<Header variant="h2">{t.signIn.byKey}</Header>}>
              <FormFrame
                submit={{
                  label: t.signIn.submit,
                  disabled: key === '' || secret === '',
                  run: async () => {
                    onSignedIn(await signInByKey(key, secret));
                    leaveSignInAddress();
                  },
                }}
              >
                <TextField label={t.signIn.accessKey} value={key} onChange={setKey} />
                <TextField
                  type="password"
                  label={t.signIn.secretKey}
                  description={t.signIn.byKeyWhy}
                  value={secret}
                  onChange={setSecret}
                />
              </FormFrame>
            </Container>
            <Box>
              {t.signIn.byLink}
              <Box variant="pre">postern console</Box>
            </Box>
          </SpaceBetween>
        </Grid>
      </ContentLayout>
    </main>
  );
}
