// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { en } from './en';
import { ja } from './ja';
import { chooseLanguage } from './language';

function keysOf(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null
      ? keysOf(inner, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}

test('both languages say the same things, and none of them nothing', () => {
  expect(keysOf(ja)).toEqual(keysOf(en));
  expect(JSON.stringify([en, ja])).not.toContain('""');
});

test('the address chooses the language before what was kept, and that before the browser', () => {
  expect(chooseLanguage('ja', 'en', ['en'])).toBe('ja');
  expect(chooseLanguage('xx', 'ja', ['en'])).toBe('ja');
  expect(chooseLanguage(null, null, ['fr-FR', 'ja-JP'])).toBe('ja');
  expect(chooseLanguage(null, null, ['fr'])).toBe('en');
});
