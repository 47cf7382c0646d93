// SPDX-License-Identifier: Apache-2.0
// The region as one picture: whose VPCs there are, and what leads from where to where.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import Toggle from '@cloudscape-design/components/toggle';
import { useEffect, useMemo, useRef, useState } from 'react';
import { type Aws, connect } from '@/aws/clients';
import { useAws } from '@/aws/context';
import { type Loaded, useLoad } from '@/aws/load';
import { Loading } from '@/components/Loading';
import { Status } from '@/components/Status';
import { explain } from '@/console/explain';
import { fetchSession } from '@/console/session';
import { useText } from '@/i18n/language';
import { layOut } from './mapLayout';
import { LinkList, VpcList } from './MapLists';
import { conditionOf, type MapLink, mapOf, narrow, type RegionMap } from './mapModel';
import { MapPicture, type Verdicts } from './MapPicture';
import { readAll } from './readMap';

// Each is a question to the daemon: no more of them than a picture shows in words.
const VERDICTS_MAX = 24;
// Above so many VPCs their subnets are counted only, until somebody asks.
const SUBNETS_UP_TO = 30;

// All accounts that the visitor may act in, with those that were made since it signed in.
function useMap(): Loaded<RegionMap> {
  const own = useAws();
  const others = useRef(new Map<string, Aws>());
  const clientsOf = (account: string): Aws => {
    const known = others.current.get(account);
    if (account === own.account || known?.region === own.region) {
      return account === own.account ? own : (known ?? own);
    }
    const made = connect(account, own.region);
    others.current.set(account, made);
    return made;
  };
  return useLoad(async () => mapOf(await readAll((await fetchSession()).accounts, clientsOf)), []);
}

// What the path view would say, for as many links as are looked at.
function useVerdicts(links: MapLink[]): Verdicts {
  const asked = links.filter(({ question }) => question !== undefined).slice(0, VERDICTS_MAX);
  const { data, reload } = useLoad(async () => {
    const verdicts = new Map<string, string>();
    for (const { id, question } of asked) {
      if (question !== undefined) {
        const { account, ...rest } = question;
        const answer = await explain(account, rest).catch(() => undefined);
        if (answer !== undefined) {
          verdicts.set(id, answer.answer);
        }
      }
    }
    return verdicts;
  }, []);
  useEffect(reload, [asked.map(({ id }) => id).join(), reload]);
  return data ?? new Map<string, string>();
}

// How many links there are of each condition.
function Legend({ links, verdicts }: { links: MapLink[]; verdicts: Verdicts }) {
  const counts = new Map<string, number>();
  for (const { id, state } of links) {
    const condition = conditionOf(state, verdicts.get(id)).toLowerCase();
    counts.set(condition, (counts.get(condition) ?? 0) + 1);
  }
  return (
    <SpaceBetween direction="horizontal" size="l">
      {[...counts].sort().map(([condition, count]) => (
        <span key={condition}>
          <Status state={condition} /> {count}
        </span>
      ))}
    </SpaceBetween>
  );
}

function Shown({ map }: { map: RegionMap }) {
  const t = useText();
  const [words, setWords] = useState('');
  const [linkedOnly, setLinkedOnly] = useState(false);
  const [wished, setWished] = useState<boolean>();
  const shown = useMemo(() => narrow(map, { words, linkedOnly }), [map, words, linkedOnly]);
  const count = shown.accounts.reduce((sum, { vpcs }) => sum + vpcs.length, 0);
  const withSubnets = wished ?? count <= SUBNETS_UP_TO;
  const layout = useMemo(() => layOut(shown, withSubnets), [shown, withSubnets]);
  const verdicts = useVerdicts(shown.links);
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" counter={t.map.counts(shown.accounts.length, count)}>
            {t.map.picture}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <SpaceBetween direction="horizontal" size="l" alignItems="center">
            <TextFilter
              filteringText={words}
              filteringPlaceholder={t.map.find}
              filteringAriaLabel={t.map.find}
              onChange={({ detail }) => setWords(detail.filteringText)}
            />
            <Toggle checked={linkedOnly} onChange={({ detail }) => setLinkedOnly(detail.checked)}>
              {t.map.linkedOnly}
            </Toggle>
            <Toggle checked={withSubnets} onChange={({ detail }) => setWished(detail.checked)}>
              {t.map.withSubnets}
            </Toggle>
            <Button
              variant="inline-link"
              onClick={() => document.getElementById('map-lists')?.focus()}
            >
              {t.map.toLists}
            </Button>
          </SpaceBetween>
          {shown.links.length > 0 && <Legend links={shown.links} verdicts={verdicts} />}
          {shown.accounts.length === 0 ? (
            <Box textAlign="center" padding="l">
              {t.table.noMatch}
            </Box>
          ) : (
            <MapPicture map={shown} layout={layout} verdicts={verdicts} withSubnets={withSubnets} />
          )}
        </SpaceBetween>
      </Container>
      <div id="map-lists" tabIndex={-1}>
        <SpaceBetween size="l">
          <LinkList map={shown} verdicts={verdicts} />
          <VpcList map={shown} />
        </SpaceBetween>
      </div>
    </SpaceBetween>
  );
}

export default function MapPage() {
  const t = useText();
  const map = useMap();
  const isEmpty = map.data?.accounts.every(
    ({ vpcs, endpoints, services }) => vpcs.length + endpoints.length + services.length === 0,
  );
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={t.map.why}
          actions={<Button iconName="refresh" ariaLabel={t.common.reload} onClick={map.reload} />}
        >
          {t.nav.map}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {map.error !== undefined && <Alert type="error">{map.error}</Alert>}
        {map.data?.refused.map((why) => (
          <Alert key={why} type="warning" header={t.map.refused}>
            {why}
          </Alert>
        ))}
        {map.loading && <Loading />}
        {map.data !== undefined &&
          (isEmpty ? <Alert type="info">{t.vpc.empty}</Alert> : <Shown map={map.data} />)}
      </SpaceBetween>
    </ContentLayout>
  );
}
