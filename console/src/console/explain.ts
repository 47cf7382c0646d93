// SPDX-License-Identifier: Apache-2.0
// Does it connect, and which rule says no: `postern explain`, as the daemon answers it.
import { call } from '@/console/call';

export type Judgement = 'passes' | 'stops' | 'unknown';

export interface Fix {
  account: string;
  command: string;
}

export interface Hop {
  step: string;
  resource: string;
  account: string;
  judgement: Judgement;
  because: string;
  verdict?: string;
  fixes: Fix[];
  advice?: string; // what to do where no command can
}

export interface Branch {
  target: string;
  port: number;
  hops: Hop[];
}

export interface Path {
  destination: string;
  zone: string;
  hops: Hop[];
  targets: Branch[];
  // What the program in the kernel says to the path's first packet.
  packet?: { verdict: string; meaning: string; agrees: boolean };
}

export interface Explanation {
  from: string;
  instance: string;
  account: string;
  port: number;
  answer: 'reachable' | 'unreachable' | 'unknown';
  lookup: Hop[];
  paths: Path[];
}

export interface Question {
  from: string;
  to: string;
  protocol: string;
}

export function explain(account: string, question: Question): Promise<Explanation> {
  return call('POST', 'explain', { account, ...question });
}
