// SPDX-License-Identifier: Apache-2.0
// A shell on an instance: the terminal in the browser, a WebSocket, and `postern ssh` behind it.
import '@xterm/xterm/css/xterm.css';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'react';
import { useAws } from '@/aws/context';
import { useText } from '@/i18n/language';
import { documentForTerminal, withSheets } from '@/pages/ec2/terminalStyles';

type Connection = 'opening' | 'open' | 'closed';

const INDICATOR = { opening: 'in-progress', open: 'success', closed: 'stopped' } as const;

function addressOf(account: string, instance: string): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const query = new URLSearchParams({ account, instance });
  return `${scheme}//${location.host}/console/api/terminal?${query.toString()}`;
}

// Joins a terminal in `element` to the instance. What it returns ends both.
function join(
  element: HTMLElement,
  address: string,
  onChange: (connection: Connection) => void,
): () => void {
  const terminal = new Terminal({
    documentOverride: documentForTerminal(document),
    cursorBlink: true,
    screenReaderMode: true,
    fontSize: 14,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  withSheets(document, () => terminal.open(element));
  const socket = new WebSocket(address);
  socket.binaryType = 'arraybuffer';
  const bytes = new TextEncoder();
  const sendSize = () => {
    fit.fit();
    if (socket.readyState === WebSocket.OPEN) {
      socket.send(JSON.stringify({ columns: terminal.cols, rows: terminal.rows }));
    }
  };
  socket.onopen = () => {
    onChange('open');
    sendSize();
    terminal.focus();
  };
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => terminal.write(new Uint8Array(data));
  socket.onclose = () => onChange('closed');
  terminal.onData((text) => {
    if (socket.readyState === WebSocket.OPEN) {
      socket.send(bytes.encode(text));
    }
  });
  const resized = new ResizeObserver(sendSize);
  resized.observe(element);
  return () => {
    resized.disconnect();
    socket.onclose = null;
    socket.close();
    terminal.dispose();
  };
}

export default function TerminalPage({ id = '' }: Record<string, string>) {
  const t = useText();
  const { account } = useAws();
  const place = useRef<HTMLDivElement>(null);
  const [attempt, setAttempt] = useState(0);
  const [connection, setConnection] = useState<Connection>('opening');
  useEffect(() => {
    if (place.current === null) {
      return undefined;
    }
    setConnection('opening');
    return join(place.current, addressOf(account, id), setConnection);
  }, [account, id, attempt]);
  return (
    <Container
      header={
        <Header
          variant="h1"
          actions={
            <SpaceBetween direction="horizontal" size="m">
              <StatusIndicator type={INDICATOR[connection]}>
                {t.terminal[connection]}
              </StatusIndicator>
              <Button
                disabled={connection !== 'closed'}
                onClick={() => setAttempt((number) => number + 1)}
              >
                {t.terminal.reconnect}
              </Button>
            </SpaceBetween>
          }
        >
          {t.terminal.title(id)}
        </Header>
      }
    >
      <div ref={place} className="terminal-place" />
    </Container>
  );
}
