// SPDX-License-Identifier: Apache-2.0
// The map as a picture: boxes for accounts and VPCs, links between what stands in them. All of it leads
// somewhere: to a resource's page, or to the path view.
import './map.css';
import type { CSSProperties, MouseEvent, ReactNode } from 'react';
import { pageOf } from '@/app/pageOf';
import { address, navigate } from '@/app/router';
import { useAws } from '@/aws/context';
import { label } from '@/aws/names';
import { stateText } from '@/components/Status';
import type { Catalogue } from '@/i18n/catalogue';
import { useText } from '@/i18n/language';
import { type Box, boxId, type DrawnLink, type Layout } from './mapLayout';
import {
  conditionOf,
  type MapAccount,
  type MapLink,
  type MapVpc,
  type MapZone,
  type RegionMap,
  toneOf,
} from './mapModel';

// More words than these in the lines' middles hide each other.
const LABELLED_MAX = 40;

export type Verdicts = ReadonlyMap<string, string>; // by the link's id

function placed(box: Box | undefined): CSSProperties {
  const { x, y, width, height } = box ?? { x: 0, y: 0, width: 0, height: 0 };
  return { left: x, top: y, width, height };
}

interface PlaceProps {
  account: MapAccount;
  path: string | undefined;
  className: string;
  title?: string;
  style?: CSSProperties;
  children: ReactNode;
}

// A link, as far as there is a page to go to.
function Place({ account, path, children, ...look }: PlaceProps) {
  const { region } = useAws();
  if (!account.isSeen || path === undefined) {
    return <span {...look}>{children}</span>;
  }
  const scope = { account: account.id, region };
  return (
    <a {...look} href={address(path, scope)} onClick={(event) => goTo(event, path, scope)}>
      {children}
    </a>
  );
}

// A plain click stays in this tab.
function goTo(event: MouseEvent, path: string, scope: { account: string; region: string }): void {
  if (event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    navigate(path, scope);
  }
}

interface ChipProps {
  account: MapAccount;
  layout: Layout;
  id: string;
  kind: keyof Catalogue['map']['kinds'];
  name: string;
  state: string;
}

function Chip({ account, layout, id, kind, name, state }: ChipProps) {
  const t = useText();
  const shown = name === '' ? id : name;
  const condition = state === '' ? '' : ` · ${stateText(t, state)}`;
  return (
    <Place
      account={account}
      path={pageOf(id)}
      className={`map-chip map-chip-${kind}`}
      title={`${t.map.kinds[kind]} ${label(id, name)}${condition}`}
      style={placed(layout.boxes.get(boxId('node', id)))}
    >
      <span className="map-kind">{t.map.kinds[kind]}</span>
      <span className="map-name">{shown}</span>
      {state !== '' && <span className={`map-state map-state-${toneOf(state, 'reachable')}`} />}
    </Place>
  );
}

function Zone({ zone, subnets }: MapZone) {
  const text = subnets.map(({ id, name, cidr }) => `${cidr} ${label(id, name)}`).join('\n');
  return (
    <div className="map-zone" title={`${zone}\n${text}`}>
      <span className="map-zone-name">{zone}</span> {subnets.map(({ cidr }) => cidr).join(', ')}
    </div>
  );
}

interface VpcProps {
  account: MapAccount;
  vpc: MapVpc;
  layout: Layout;
  withSubnets: boolean;
}

function VpcBox({ account, vpc, layout, withSubnets }: VpcProps) {
  const t = useText();
  const subnets = vpc.zones.reduce((count, zone) => count + zone.subnets.length, 0);
  return (
    <div role="group" aria-label={`VPC ${label(vpc.id, vpc.name)}`}>
      <div className="map-vpc" style={placed(layout.boxes.get(boxId('vpc', vpc.id)))}>
        <Place
          account={account}
          path={pageOf(vpc.id)}
          className="map-vpc-name"
          title={label(vpc.id, vpc.name)}
        >
          {label(vpc.id, vpc.name)}
        </Place>
        <div className="map-line">
          <span>{vpc.cidrs.join(', ')}</span>
          {vpc.instances > 0 && <span>{t.map.instances(vpc.instances)}</span>}
        </div>
        {withSubnets
          ? vpc.zones.map((zone) => <Zone key={zone.zone} {...zone} />)
          : vpc.zones.length > 0 && (
              <div className="map-zone">{t.map.subnets(subnets, vpc.zones.length)}</div>
            )}
      </div>
      {vpc.balancers.map((balancer) => (
        <div key={balancer.arn}>
          <Chip {...balancer} id={balancer.arn} kind="nlb" account={account} layout={layout} />
          {balancer.services.map((service) => (
            <Chip key={service.id} {...service} kind="service" account={account} layout={layout} />
          ))}
        </div>
      ))}
      {vpc.endpoints.map((one) => (
        <Chip key={one.id} {...one} kind="endpoint" account={account} layout={layout} />
      ))}
    </div>
  );
}

export function accountTitle(t: Catalogue, { id, name, isSeen }: MapAccount): string {
  if (id === '') {
    return t.map.unknownOwner;
  }
  return isSeen ? label(id, name) : t.map.otherAccount(id);
}

interface MapPictureProps {
  map: RegionMap;
  layout: Layout;
  verdicts: Verdicts;
  withSubnets: boolean;
}

function AccountBox({ account, ...rest }: { account: MapAccount } & Omit<MapPictureProps, 'map'>) {
  const t = useText();
  const { layout } = rest;
  const title = accountTitle(t, account);
  return (
    <div role="group" aria-label={t.path.inAccount(title)}>
      <div
        className={account.isSeen ? 'map-account' : 'map-account map-account-other'}
        style={placed(layout.boxes.get(boxId('account', account.id)))}
      >
        <div className="map-account-name" title={title}>
          {title}
        </div>
      </div>
      {account.vpcs.map((vpc) => (
        <VpcBox key={vpc.id} account={account} vpc={vpc} {...rest} />
      ))}
      {account.endpoints.map((one) => (
        <Chip key={one.id} {...one} kind="endpoint" account={account} layout={layout} />
      ))}
      {account.services.map((one) => (
        <Chip key={one.id} {...one} kind="service" account={account} layout={layout} />
      ))}
    </div>
  );
}

// Where a link leads: to the way of a packet when its endpoint is ours to ask from, else to the service,
// where it is accepted.
export function pageOfLink(map: RegionMap, link: MapLink): { account: string; path: string } {
  const isOurs = map.accounts.some(({ id, isSeen }) => isSeen && id === link.consumer);
  return isOurs
    ? { account: link.consumer, path: `/tools/path?to=${link.endpoint}` }
    : { account: link.provider, path: pageOf(link.service) ?? '/' };
}

function LinkLine({
  map,
  drawn,
  verdicts,
}: {
  map: RegionMap;
  drawn: DrawnLink;
  verdicts: Verdicts;
}) {
  const t = useText();
  const { region } = useAws();
  const { link, path, word } = drawn;
  const verdict = verdicts.get(link.id);
  const condition = stateText(t, conditionOf(link.state, verdict));
  const { account, path: page } = pageOfLink(map, link);
  const scope = { account, region };
  return (
    <a
      href={address(page, scope)}
      onClick={(event) => goTo(event, page, scope)}
      className={`map-link map-link-${toneOf(link.state, verdict)}`}
      aria-label={t.map.link(link.endpoint, link.service, condition)}
    >
      <title>{t.map.link(link.endpoint, link.service, condition)}</title>
      <path className="map-link-reach" d={path} />
      <path className="map-link-line" d={path} />
      {map.links.length <= LABELLED_MAX && (
        <text x={word.x} y={word.y} className="map-link-word">
          {condition}
        </text>
      )}
    </a>
  );
}

export function MapPicture({ map, ...rest }: MapPictureProps) {
  const t = useText();
  const { width, height, links } = rest.layout;
  return (
    <div className="map-frame" role="region" aria-label={t.map.picture} tabIndex={0}>
      <div className="map" style={{ width, height }}>
        {map.accounts.map((account) => (
          <AccountBox key={account.id} account={account} {...rest} />
        ))}
        <svg className="map-links" width={width} height={height}>
          {links.map((drawn) => (
            <LinkLine key={drawn.link.id} map={map} drawn={drawn} verdicts={rest.verdicts} />
          ))}
        </svg>
      </div>
    </div>
  );
}
