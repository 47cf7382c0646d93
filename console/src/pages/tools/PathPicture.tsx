// SPDX-License-Identifier: Apache-2.0
// The ways of a packet: from left to right through both accounts, each step coloured by its verdict.
import './path.css';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { type PacketEvent, isDrop } from '@/console/events';
import { Status } from '@/components/Status';
import { useText } from '@/i18n/language';
import type { DrawnHop, DrawnPath } from '@/pages/tools/pathModel';

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

interface PathPictureProps {
  paths: DrawnPath[];
  events: PacketEvent[];
  selected: string | undefined;
  onSelect: (hop: DrawnHop) => void;
}

export function PathPicture({ paths, events, selected, onSelect }: PathPictureProps) {
  const t = useText();
  return (
    <SpaceBetween size="l">
      {paths.map((path) => (
        <section key={path.id} aria-label={t.path.pathTo(path.destination, path.zone)}>
          <Box variant="h3">
            {t.path.pathTo(path.destination, path.zone)}
            {path.target !== undefined && ` → ${t.path.target(path.target)}`}
          </Box>
          <Counts path={path} events={events} />
          <div className="path-row">
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
      ))}
    </SpaceBetween>
  );
}
