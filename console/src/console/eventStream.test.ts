// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { EventParser } from './eventStream';

test('messages are taken out of the pieces in which they come', () => {
  const parser = new EventParser();
  expect(parser.read('event: packet\nda')).toEqual([]);
  expect(parser.read('ta: {"number":1}\n\nevent: lost\ndata: {}\n\nev')).toEqual([
    { event: 'packet', data: '{"number":1}' },
    { event: 'lost', data: '{}' },
  ]);
  expect(parser.read('ent: path\ndata: a: b\n\n')).toEqual([{ event: 'path', data: 'a: b' }]);
});

test('a comment is no message', () => {
  expect(new EventParser().read(':\n\n')).toEqual([]);
});
