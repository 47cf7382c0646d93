// SPDX-License-Identifier: Apache-2.0
// The text of a stream of server-sent events, taken apart as it comes. EventSource, which could, sends no
// headers; without ours the daemon cannot know its own page. [HTML standard, 9.2]

export interface Message {
  event: string;
  data: string;
}

// Of its lines; nothing when it is a comment, which only shows that the other side lives.
function messageOf(block: string): Message[] {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field !== undefined) {
      fields.set(field, value ?? '');
    }
  }
  const data = fields.get('data');
  return data === undefined ? [] : [{ event: fields.get('event') ?? 'message', data }];
}

export class EventParser {
  private rest = '';

  // The messages that are whole with this piece.
  read(piece: string): Message[] {
    const blocks = (this.rest + piece).split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap(messageOf);
  }
}
