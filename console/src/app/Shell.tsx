// SPDX-License-Identifier: Apache-2.0
// What is around every page: the bar above, the navigation beside it, what has just been done.
import Alert from '@cloudscape-design/components/alert';
import AppLayout from '@cloudscape-design/components/app-layout';
import Box from '@cloudscape-design/components/box';
import SideNavigation, {
  type SideNavigationProps,
} from '@cloudscape-design/components/side-navigation';
import Spinner from '@cloudscape-design/components/spinner';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { Suspense, useEffect, useState } from 'react';
import { useDarkMode } from '@/app/darkMode';
import { NotificationBar } from '@/app/notifications';
import { PAGES } from '@/app/pages';
import { address, follow, matchPath, navigate, useAddress, useRoute } from '@/app/router';
import icon from '@/app/icon.svg';
import { useLoad } from '@/aws/load';
import { label } from '@/aws/names';
import * as read from '@/aws/read';
import type { Account, Session } from '@/console/session';
import { LANGUAGES, useLanguage, useText } from '@/i18n/language';

interface ShellProps {
  session: Session;
  account: Account | undefined;
  region: string;
  onSignOut: () => void;
}

function Navigation() {
  const t = useText();
  const { path } = useRoute();
  const at = useAddress();
  const link = (text: string, to: string): SideNavigationProps.Link => ({
    type: 'link',
    text,
    href: at(to),
  });
  const items: SideNavigationProps.Item[] = [
    {
      type: 'section',
      text: t.nav.ec2,
      items: [
        link(t.nav.instances, '/ec2/instances'),
        link(t.nav.loadBalancers, '/ec2/load-balancers'),
        link(t.nav.targetGroups, '/ec2/target-groups'),
      ],
    },
    {
      type: 'section',
      text: t.nav.vpc,
      items: [
        link(t.nav.vpcs, '/vpc/vpcs'),
        link(t.nav.subnets, '/vpc/subnets'),
        link(t.nav.securityGroups, '/vpc/security-groups'),
        link(t.nav.networkInterfaces, '/vpc/network-interfaces'),
      ],
    },
    {
      type: 'section',
      text: t.nav.privateLink,
      items: [
        link(t.nav.endpoints, '/vpc/endpoints'),
        link(t.nav.endpointServices, '/vpc/endpoint-services'),
      ],
    },
    {
      type: 'section',
      text: t.nav.tools,
      items: [
        link(t.nav.map, '/tools/map'),
        link(t.nav.path, '/tools/path'),
        link(t.nav.events, '/tools/events'),
        link(t.nav.commands, '/tools/commands'),
      ],
    },
  ];
  const current = path.split('/').slice(0, 3).join('/');
  return (
    <SideNavigation
      header={{ text: t.nav.home, href: at('/') }}
      activeHref={at(current)}
      items={items}
      onFollow={follow}
    />
  );
}

function TopBar({ session, account, region, onSignOut }: ShellProps) {
  const t = useText();
  const { language, setLanguage } = useLanguage();
  const [dark, setDark] = useDarkMode();
  const regions = useLoad(read.regions, []);
  const here = { account: account?.id ?? '', region };
  const onLanguage = (id: string) => {
    const chosen = Object.keys(LANGUAGES).find((known) => known === id);
    if (chosen === 'en' || chosen === 'ja') {
      setLanguage(chosen);
    }
  };
  return (
    <TopNavigation
      identity={{
        title: 'Postern',
        href: address('/', here),
        logo: { src: icon, alt: 'Postern' },
        onFollow: follow,
      }}
      utilities={[
        {
          type: 'menu-dropdown',
          text: region,
          ariaLabel: `${t.shell.region}: ${region}`,
          items: (regions.data ?? []).map(({ RegionName = '' }) => ({
            id: RegionName,
            text: RegionName,
          })),
          onItemClick: ({ detail }) => navigate('/', { ...here, region: detail.id }),
        },
        {
          type: 'menu-dropdown',
          text: LANGUAGES[language],
          iconName: 'settings',
          ariaLabel: `${t.shell.language}: ${LANGUAGES[language]}`,
          items: Object.entries(LANGUAGES).map(([id, text]) => ({ id, text })),
          onItemClick: ({ detail }) => onLanguage(detail.id),
        },
        {
          type: 'button',
          text: dark ? t.shell.light : t.shell.dark,
          onClick: () => setDark(!dark),
        },
        {
          type: 'menu-dropdown',
          text: account?.name ?? '',
          description: session.operator ? t.shell.allAccounts : session.principal,
          iconName: 'user-profile',
          ariaLabel: `${t.shell.account}: ${account?.name ?? ''}`,
          items: [
            {
              id: 'accounts',
              text: t.shell.account,
              items: session.accounts.map(({ id, name }) => ({ id, text: label(id, name) })),
            },
            { id: 'sign-out', text: t.shell.signOut },
          ],
          onItemClick: ({ detail }) =>
            detail.id === 'sign-out' ? onSignOut() : navigate('/', { account: detail.id, region }),
        },
      ]}
    />
  );
}

function CurrentPage() {
  const t = useText();
  const { path } = useRoute();
  for (const [pattern, Page] of PAGES) {
    const found = matchPath(pattern, path);
    if (found !== undefined) {
      // Keyed by its path: one resource's page does not go on with what another one had.
      return <Page key={path} {...found} />;
    }
  }
  return <Alert type="error">{t.shell.noPage}</Alert>;
}

export function Shell(props: ShellProps) {
  const t = useText();
  const { scope } = useRoute();
  const { account, region } = props;
  const [open, setOpen] = useState(true);
  useEffect(() => {
    if (scope === undefined && account !== undefined) {
      history.replaceState(null, '', address('/', { account: account.id, region }));
      window.dispatchEvent(new PopStateEvent('popstate'));
    }
  }, [scope, account, region]);
  return (
    <>
      <div id="top">
        <TopBar {...props} />
      </div>
      <AppLayout
        headerSelector="#top"
        toolsHide
        navigation={<Navigation />}
        navigationOpen={open}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        notifications={<NotificationBar />}
        stickyNotifications
        ariaLabels={{
          navigation: t.shell.navigation,
          navigationToggle: t.shell.openNavigation,
          navigationClose: t.shell.close,
          notifications: t.shell.whatWentOn,
        }}
        content={
          <div id="page">
            <Suspense
              fallback={
                <Box textAlign="center">
                  <Spinner size="large" />
                </Box>
              }
            >
              <CurrentPage />
            </Suspense>
          </div>
        }
      />
    </>
  );
}
