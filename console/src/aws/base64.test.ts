// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { decodeText, encodeText } from './base64';

test('texts in any language survive', () => {
  const text = '#!/bin/sh\necho こんにちは\n';
  expect(encodeText('AWS acount B')).toBe('QVdTIGFjb3VudCBC');
  expect(decodeText(encodeText(text))).toBe(text);
  expect(decodeText('')).toBe('');
});
