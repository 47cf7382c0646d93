// SPDX-License-Identifier: Apache-2.0
// Security group rules as a form has them, and what has to be asked of AWS to get from one set to
// another.
import type { IpPermission, SecurityGroupRule, SecurityGroupRuleUpdate } from '@aws-sdk/client-ec2';

export type Direction = 'inbound' | 'outbound';

export interface RuleDraft {
  // Of a rule that is there already.
  ruleId?: string;
  type: string; // a key of RULE_TYPES
  ports: string; // "80", "8000-8100", "all"
  peer: string; // a CIDR block, a security group or a prefix list
  description: string;
}

interface RuleType {
  protocol: string;
  // Fixed ports; without them a person types them.
  ports?: string;
}

// As the AWS console lists them.
export const RULE_TYPES: Record<string, RuleType> = {
  'custom-tcp': { protocol: 'tcp' },
  'custom-udp': { protocol: 'udp' },
  'all-tcp': { protocol: 'tcp', ports: '0-65535' },
  'all-udp': { protocol: 'udp', ports: '0-65535' },
  'all-icmp': { protocol: 'icmp', ports: 'all' },
  all: { protocol: '-1', ports: 'all' },
  ssh: { protocol: 'tcp', ports: '22' },
  dns: { protocol: 'udp', ports: '53' },
  http: { protocol: 'tcp', ports: '80' },
  https: { protocol: 'tcp', ports: '443' },
};

export const NEW_RULE: RuleDraft = { type: 'custom-tcp', ports: '', peer: '', description: '' };

// `draft` with another type, whose ports it takes over.
export function withType(draft: RuleDraft, type: string): RuleDraft {
  return { ...draft, type, ports: RULE_TYPES[type]?.ports ?? '' };
}

function portsOf(rule: SecurityGroupRule): string {
  const { FromPort: from = -1, ToPort: to = -1 } = rule;
  if (from === -1 || rule.IpProtocol === '-1') {
    return 'all';
  }
  return from === to ? String(from) : `${from}-${to}`;
}

export function peerOf(rule: SecurityGroupRule): string {
  return (
    rule.CidrIpv4 ?? rule.CidrIpv6 ?? rule.ReferencedGroupInfo?.GroupId ?? rule.PrefixListId ?? ''
  );
}

// Its type by what it admits; undefined for protocols that the form has no word for.
export function typeOf(rule: SecurityGroupRule): string | undefined {
  const ports = portsOf(rule);
  const exact = Object.entries(RULE_TYPES).find(
    ([, type]) => type.protocol === rule.IpProtocol && type.ports === ports,
  );
  const custom = Object.entries(RULE_TYPES).find(
    ([, type]) => type.protocol === rule.IpProtocol && type.ports === undefined,
  );
  return (exact ?? custom)?.[0];
}

export function draftOf(rule: SecurityGroupRule): RuleDraft {
  return {
    ruleId: rule.SecurityGroupRuleId ?? '',
    type: typeOf(rule) ?? 'all',
    ports: portsOf(rule),
    peer: peerOf(rule),
    description: rule.Description ?? '',
  };
}

interface Ports {
  from: number;
  to: number;
}

// "80" or "8000-8100"; undefined for anything else.
export function parsePorts(text: string): Ports | undefined {
  if (text === 'all') {
    return { from: -1, to: -1 };
  }
  const found = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(text.trim());
  const from = Number(found?.[1]);
  const to = Number(found?.[2] ?? found?.[1]);
  return found !== null && from <= to && to <= 65535 ? { from, to } : undefined;
}

// What keeps a draft from being a rule.
type Problem = 'ports' | 'peer';

export function problemOf(draft: RuleDraft): Problem | undefined {
  if (parsePorts(draft.ports) === undefined) {
    return 'ports';
  }
  const peer = draft.peer.trim();
  const known = /^(sg|pl)-[0-9a-f]+$/.test(peer) || /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(peer);
  return known ? undefined : 'peer';
}

function protocolOf(draft: RuleDraft): string {
  return RULE_TYPES[draft.type]?.protocol ?? 'tcp';
}

function descriptionOf(draft: RuleDraft): string | undefined {
  return draft.description === '' ? undefined : draft.description;
}

export function permissionOf(draft: RuleDraft): IpPermission {
  const ports = parsePorts(draft.ports);
  const Description = descriptionOf(draft);
  const peer = draft.peer.trim();
  const permission: IpPermission = { IpProtocol: protocolOf(draft) };
  if (permission.IpProtocol !== '-1') {
    permission.FromPort = ports?.from;
    permission.ToPort = ports?.to;
  }
  if (peer.startsWith('sg-')) {
    permission.UserIdGroupPairs = [{ GroupId: peer, Description }];
  } else if (peer.startsWith('pl-')) {
    permission.PrefixListIds = [{ PrefixListId: peer, Description }];
  } else {
    permission.IpRanges = [{ CidrIp: peer, Description }];
  }
  return permission;
}

function updateOf(draft: RuleDraft): SecurityGroupRuleUpdate {
  const ports = parsePorts(draft.ports);
  const peer = draft.peer.trim();
  return {
    SecurityGroupRuleId: draft.ruleId ?? '',
    SecurityGroupRule: {
      IpProtocol: protocolOf(draft),
      FromPort: ports?.from,
      ToPort: ports?.to,
      CidrIpv4: peer.includes('/') ? peer : undefined,
      ReferencedGroupId: peer.startsWith('sg-') ? peer : undefined,
      PrefixListId: peer.startsWith('pl-') ? peer : undefined,
      Description: descriptionOf(draft),
    },
  };
}

export interface RuleChanges {
  authorize: IpPermission[];
  modify: SecurityGroupRuleUpdate[];
  revoke: string[];
}

function isSame(a: RuleDraft, b: RuleDraft): boolean {
  return (
    a.type === b.type && a.ports === b.ports && a.peer === b.peer && a.description === b.description
  );
}

// What turns the rules `before` into `after`. Rules that stay keep their ids.
export function changesOf(before: RuleDraft[], after: RuleDraft[]): RuleChanges {
  const kept = new Map(after.flatMap((draft) => (draft.ruleId ? [[draft.ruleId, draft]] : [])));
  const changed = before.flatMap((old) => {
    const now = kept.get(old.ruleId ?? '');
    return now !== undefined && !isSame(old, now) ? [now] : [];
  });
  return {
    authorize: after.filter((draft) => !draft.ruleId).map(permissionOf),
    modify: changed.map(updateOf),
    revoke: before.flatMap(({ ruleId }) => (ruleId && !kept.has(ruleId) ? [ruleId] : [])),
  };
}
