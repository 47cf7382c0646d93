// SPDX-License-Identifier: Apache-2.0
// What has become of a packet, as `postern watch` tells it.

export interface PacketEvent {
  number: number;
  time: string;
  verdict?: string;
  action?: string; // Pass, Answer, Reset, Drop
  meaning?: string;
  protocol?: string;
  source?: string;
  destination?: string;
  source_port?: number;
  destination_port?: number;
  interface?: string;
  instance?: string;
  account?: string;
}

export function isDrop(event: PacketEvent): boolean {
  return event.action === 'Drop' || event.action === 'Reset';
}
