// SPDX-License-Identifier: Apache-2.0
// The AWS clients of one account in one region. They talk to the daemon that serves this page.
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { recordChanges } from '@/aws/commands';
import { fetchKeys, type Keys } from '@/console/session';

export interface Aws {
  account: string;
  region: string;
  ec2: EC2Client;
  elb: ElasticLoadBalancingV2Client;
}

const RENEW_BEFORE_MS = 5 * 60_000;

// Both clients use the same keys, which are renewed before they are over.
function keysOf(account: string): () => Promise<Keys> {
  let keys: Promise<Keys> | undefined;
  let renewAt = 0;
  const fetchAnew = async () => {
    try {
      const fresh = await fetchKeys(account);
      renewAt = fresh.expiration.getTime() - RENEW_BEFORE_MS;
      return fresh;
    } catch (error) {
      keys = undefined;
      throw error;
    }
  };
  return () => {
    if (keys === undefined || (renewAt !== 0 && Date.now() > renewAt)) {
      renewAt = 0; // of those that come now
      keys = fetchAnew();
    }
    return keys;
  };
}

export function connect(account: string, region: string): Aws {
  const settings = {
    region,
    endpoint: location.origin,
    credentials: keysOf(account),
    maxAttempts: 2,
  };
  const ec2 = new EC2Client(settings);
  const elb = new ElasticLoadBalancingV2Client(settings);
  recordChanges(ec2, account, 'ec2');
  recordChanges(elb, account, 'elbv2');
  return { account, region, ec2, elb };
}

// All rows of all pages of an answer.
export async function collect<Page, Row>(
  pages: AsyncIterable<Page>,
  rows: (page: Page) => Row[] | undefined,
): Promise<Row[]> {
  const found: Row[] = [];
  for await (const page of pages) {
    found.push(...(rows(page) ?? []));
  }
  return found;
}
