// SPDX-License-Identifier: Apache-2.0
// The ways of a packet: from left to right through both accounts, each step coloured by its verdict.
import './path.css';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useRef } from 'react';
import { type PacketEvent, isDrop } from '@/console/events';
import { Status } from '@/components/Status';
import { useText } from '@/i18n/language';
import { movePacket } from '@/pages/tools/packetDots';
import { type DrawnHop, type DrawnPath, endOf } from '@/pages/tools/pathModel';

interface CountsProps {
  path: DrawnPath;
  events: PacketEvent[];
}

// How many packets went this way since the page was opened, and what stopped others.
function Counts({ path, events }: CountsProps) {
  const t = useText();
  const here = events.filter((event) => event.destination === path.destination);
  const drops = here.filter(isDrop);
  const reasons = [...new Set(drops.map((event) => event.verdict ?? ''))].join(', ');
  return (
    <SpaceBetween direction="horizontal" size="m">
      <StatusIndicator type="success">{t.path.passed(here.length - drops.length)}</StatusIndicator>
      <StatusIndicator type={drops.length > 0 ? 'error' : 'stopped'}>
        {t.path.dropped(drops.length)} {reasons}
      </StatusIndicator>
      {path.packet !== undefined && (
        <Box color="text-body-secondary">
          {t.path.packet}: {path.packet.verdict}
        </Box>
      )}
    </SpaceBetween>
  );
}

// Moves what has come since the last time along the path.
function usePackets(path: DrawnPath, events: PacketEvent[]) {
  const row = useRef<HTMLDivElement>(null);
  const seen = useRef(events[0]?.number ?? 0);
  useEffect(() => {
    for (const event of events.filter(({ number }) => number > seen.current).toReversed()) {
      const end = endOf(path, event);
      if (row.current !== null && end !== undefined) {
        movePacket(row.current, end, isDrop(event));
      }
    }
    seen.current = events[0]?.number ?? seen.current;
    // A path that is drawn anew has moved them already.
  }, [events]);
  return row;
}

interface PathPictureProps {
  paths: DrawnPath[];
  events: PacketEvent[]; // the newest first
  selected: string | undefined;
  onSelect: (hop: DrawnHop) => void;
}

type PathRowProps = Omit<PathPictureProps, 'paths'> & { path: DrawnPath };

function PathRow({ path, events, selected, onSelect }: PathRowProps) {
  const t = useText();
  const row = usePackets(path, events);
  return (
    <section aria-label={t.path.pathTo(path.destination, path.zone)}>
      <Box variant="h3">
        {t.path.pathTo(path.destination, path.zone)}
        {path.target !== undefined && ` → ${t.path.target(path.target)}`}
      </Box>
      <Counts path={path} events={events} />
      <div className="path-row" ref={row}>
        {path.lanes.map((lane) => (
          <div key={lane.hops[0]?.id} className="path-lane">
            <Box variant="small">{t.path.inAccount(lane.account)}</Box>
            <ol className="path-hops">
              {lane.hops.map((hop) => (
                <li key={hop.id}>
                  <button
                    type="button"
                    className={`path-hop path-hop-${hop.judgement}`}
                    aria-pressed={hop.id === selected}
                    onClick={() => onSelect(hop)}
                  >
                    <span>
                      {hop.number}. {t.path.step(hop.step)}
                    </span>
                    <Status state={hop.judgement} />
                  </button>
                </li>
              ))}
            </ol>
          </div>
        ))}
      </div>
    </section>
  );
}

export function PathPicture({ paths, ...rest }: PathPictureProps) {
  return (
    <SpaceBetween size="l">
      {paths.map((path) => (
        <PathRow key={path.id} path={path} {...rest} />
      ))}
    </SpaceBetween>
  );
}
