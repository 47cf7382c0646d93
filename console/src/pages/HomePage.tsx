// SPDX-License-Identifier: Apache-2.0
// The tutorial's steps as a list, with a tick for what the account has.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { follow, useAddress } from '@/app/router';
import type { Aws } from '@/aws/clients';
import { useLoad } from '@/aws/load';
import * as read from '@/aws/read';
import { useText } from '@/i18n/language';
import type { Catalogue } from '@/i18n/catalogue';

type Step = keyof Catalogue['home']['steps'];

const PATHS: Record<Step, string> = {
  vpc: '/vpc/vpcs',
  instance: '/ec2/instances',
  targetGroup: '/ec2/target-groups',
  balancer: '/ec2/load-balancers',
  service: '/vpc/endpoint-services',
  endpoint: '/vpc/endpoints',
  accept: '/vpc/endpoint-services',
  groups: '/vpc/security-groups',
  path: '/tools/path',
};

const PROVIDER: Step[] = [
  'vpc',
  'instance',
  'targetGroup',
  'balancer',
  'service',
  'accept',
  'groups',
];
const CONSUMER: Step[] = ['vpc', 'instance', 'endpoint', 'groups', 'path'];

// Which steps leave something that can be seen; the others have no tick.
async function doneSteps(aws: Aws): Promise<Set<Step>> {
  const [subnets, instances, targetGroups, balancers, services, endpoints] = await Promise.all([
    read.subnets(aws),
    read.instances(aws),
    read.targetGroups(aws),
    read.loadBalancers(aws),
    read.endpointServices(aws),
    read.endpoints(aws),
  ]);
  const done: [Step, boolean][] = [
    ['vpc', subnets.some((subnet) => subnet.DefaultForAz !== true)],
    ['instance', instances.some(({ State }) => State?.Name === 'running')],
    ['targetGroup', targetGroups.length > 0],
    ['balancer', balancers.length > 0],
    ['service', services.length > 0],
    ['endpoint', endpoints.length > 0],
  ];
  return new Set(done.filter(([, is]) => is).map(([step]) => step));
}

export function HomePage() {
  const t = useText();
  const address = useAddress();
  const done = useLoad(doneSteps, []);
  const list = (title: string, steps: Step[]) => (
    <Container header={<Header variant="h2">{title}</Header>}>
      <SpaceBetween size="s">
        {steps.map((step) => (
          <div key={step}>
            <StatusIndicator
              type={done.loading ? 'loading' : done.data?.has(step) ? 'success' : 'pending'}
            >
              <Link href={address(PATHS[step])} onFollow={follow}>
                {t.home.steps[step]}
              </Link>
            </StatusIndicator>
          </div>
        ))}
      </SpaceBetween>
    </Container>
  );
  return (
    <ContentLayout header={<Header variant="h1">{t.home.title}</Header>}>
      <SpaceBetween size="l">
        <Box variant="p">{t.home.intro}</Box>
        {done.error !== undefined && <Alert type="error">{done.error}</Alert>}
        <ColumnLayout columns={2}>
          {list(t.home.provider, PROVIDER)}
          {list(t.home.consumer, CONSUMER)}
        </ColumnLayout>
      </SpaceBetween>
    </ContentLayout>
  );
}
