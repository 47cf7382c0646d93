// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { encodeText } from './base64';
import { cliLine } from './commands';

test.each([
  [
    'ec2' as const,
    'CreateVpcEndpointServiceConfiguration',
    { AcceptanceRequired: true, TagSpecifications: undefined },
    `aws ec2 create-vpc-endpoint-service-configuration --cli-input-json '{"AcceptanceRequired":true}'`,
  ],
  [
    'elbv2' as const,
    'RegisterTargets',
    { Targets: [{ Id: 'i-1' }] },
    `aws elbv2 register-targets --cli-input-json '{"Targets":[{"Id":"i-1"}]}'`,
  ],
  [
    'ec2' as const,
    'RunInstances',
    { UserData: encodeText("echo 'hi'") },
    `aws ec2 run-instances --cli-input-json '{"UserData":"echo '\\''hi'\\''"}'`,
  ],
])('%s %s', (service, action, input, line) => {
  expect(cliLine({ service, action, input })).toBe(line);
});
