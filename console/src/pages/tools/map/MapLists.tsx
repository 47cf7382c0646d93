// SPDX-License-Identifier: Apache-2.0
// The same as the picture, in rows: for screen readers, and to sort and search in.
import { pageOf } from '@/app/pageOf';
import { label } from '@/aws/names';
import { known } from '@/components/fields';
import { ResourceTable } from '@/components/ResourceTable';
import { ScopedLink } from '@/components/ScopedLink';
import { Status, stateText } from '@/components/Status';
import { useText } from '@/i18n/language';
import { accountTitle, pageOfLink, type Verdicts } from './MapPicture';
import type { MapAccount, MapLink, MapVpc, RegionMap } from './mapModel';

interface MapListProps {
  map: RegionMap;
}

export function LinkList({ map, verdicts }: MapListProps & { verdicts: Verdicts }) {
  const t = useText();
  const accountOf = (id: string) => map.accounts.find((one) => one.id === id);
  const titleOf = (id: string) => {
    const account = accountOf(id);
    return account === undefined ? id : accountTitle(t, account);
  };
  const pathIn = (account: string, id: string) =>
    accountOf(account)?.isSeen === true ? pageOf(id) : undefined;
  return (
    <ResourceTable<MapLink>
      title={t.map.links}
      empty={t.map.noLinks}
      rows={known(map.links)}
      rowId={({ id }) => id}
      columns={[
        { id: 'consumer', header: t.map.consumer, text: ({ consumer }) => titleOf(consumer) },
        { id: 'vpc', header: 'VPC', text: ({ vpc }) => vpc },
        {
          id: 'endpoint',
          header: t.map.kinds.endpoint,
          text: ({ endpoint }) => endpoint,
          cell: ({ consumer, endpoint }) => (
            <ScopedLink account={consumer} path={pathIn(consumer, endpoint)}>
              {endpoint}
            </ScopedLink>
          ),
        },
        {
          id: 'state',
          header: t.common.state,
          text: ({ state }) => stateText(t, state),
          cell: ({ state }) => <Status state={state} />,
        },
        {
          id: 'verdict',
          header: t.map.verdict,
          text: ({ id }) => stateText(t, verdicts.get(id)),
          cell: (link) => {
            const verdict = verdicts.get(link.id);
            const { account, path } = pageOfLink(map, link);
            return (
              <ScopedLink account={account} path={path}>
                {verdict === undefined ? t.map.look : <Status state={verdict} />}
              </ScopedLink>
            );
          },
        },
        {
          id: 'service',
          header: t.map.kinds.service,
          text: ({ service }) => service,
          cell: ({ provider, service }) => (
            <ScopedLink account={provider} path={pathIn(provider, service)}>
              {service}
            </ScopedLink>
          ),
        },
        { id: 'provider', header: t.map.provider, text: ({ provider }) => titleOf(provider) },
      ]}
    />
  );
}

export function VpcList({ map }: MapListProps) {
  const t = useText();
  const rows = map.accounts.flatMap((account) => account.vpcs.map((vpc) => ({ account, vpc })));
  const named = (things: { name: string; id?: string }[]) =>
    things.map(({ name, id }) => label(id, name)).join(', ');
  return (
    <ResourceTable<{ account: MapAccount; vpc: MapVpc }>
      title="VPC"
      empty={t.vpc.empty}
      rows={known(rows)}
      rowId={({ vpc }) => vpc.id}
      columns={[
        {
          id: 'account',
          header: t.events.account,
          text: ({ account }) => accountTitle(t, account),
        },
        {
          id: 'vpc',
          header: t.vpc.id,
          text: ({ vpc }) => label(vpc.id, vpc.name),
          cell: ({ account, vpc }) => (
            <ScopedLink account={account.id} path={pageOf(vpc.id)}>
              {label(vpc.id, vpc.name)}
            </ScopedLink>
          ),
        },
        { id: 'cidr', header: 'IPv4 CIDR', text: ({ vpc }) => vpc.cidrs.join(', ') },
        {
          id: 'subnets',
          header: t.nav.subnets,
          text: ({ vpc }) =>
            vpc.zones
              .map(({ zone, subnets }) => `${zone}: ${subnets.map(({ cidr }) => cidr).join(', ')}`)
              .join('; '),
        },
        {
          id: 'instances',
          header: t.nav.instances,
          text: ({ vpc }) => String(vpc.instances),
        },
        {
          id: 'balancers',
          header: t.nav.loadBalancers,
          text: ({ vpc }) => vpc.balancers.map(({ name }) => name).join(', '),
        },
        {
          id: 'services',
          header: t.nav.endpointServices,
          text: ({ vpc }) => named(vpc.balancers.flatMap(({ services }) => services)),
        },
        { id: 'endpoints', header: t.nav.endpoints, text: ({ vpc }) => named(vpc.endpoints) },
      ]}
    />
  );
}
