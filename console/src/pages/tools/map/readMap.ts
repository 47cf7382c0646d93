// SPDX-License-Identifier: Apache-2.0
// Asks the AWS API of each account what it has, as that account.
import type { Aws } from '@/aws/clients';
import { describeError } from '@/aws/error';
import * as read from '@/aws/read';
import type { Account } from '@/console/session';
import type { Reading } from './mapModel';

// A browser opens six connections to a host; what else the page does needs some of them.
const ACCOUNTS_AT_A_TIME = 2;

// What is refused is left out and told, so that somebody who may see a part sees that.
async function readAccount(aws: Aws, account: Account): Promise<Reading> {
  const refused = new Set<string>();
  const all = async <T>(rows: Promise<T[]>): Promise<T[]> => {
    try {
      return await rows;
    } catch (error) {
      refused.add(describeError(error));
      return [];
    }
  };
  const [vpcs, subnets, instances, endpoints, balancers, services, connections, available] =
    await Promise.all([
      all(read.vpcs(aws)),
      all(read.subnets(aws)),
      all(read.instances(aws)),
      all(read.endpoints(aws)),
      all(read.loadBalancers(aws)),
      all(read.endpointServices(aws)),
      all(read.endpointConnections(aws)),
      all(read.availableServices(aws)),
    ]);
  return {
    account,
    vpcs,
    subnets,
    instances,
    endpoints: endpoints.filter(({ State }) => State?.toLowerCase() !== 'deleted'),
    balancers,
    services,
    connections,
    available,
    refused: [...refused].map((why) => `${account.id}: ${why}`),
  };
}

export async function readAll(
  accounts: Account[],
  clientsOf: (account: string) => Aws,
): Promise<Reading[]> {
  const readings: Reading[] = [];
  const waiting = accounts.values();
  const work = async () => {
    for (const account of waiting) {
      readings.push(await readAccount(clientsOf(account.id), account));
    }
  };
  await Promise.all(Array.from({ length: ACCOUNTS_AT_A_TIME }, work));
  return readings;
}
