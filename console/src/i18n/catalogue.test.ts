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

test('the daemon’s words for steps are told in the reader’s language', () => {
  const step = "network ACL of the endpoint's subnet, outbound, for the answers";
  expect(en.path.step(step)).toBe(`N${step.slice(1)}`);
  expect(ja.path.step(step)).toBe(
    'エンドポイントのサブネットのネットワーク ACL (アウトバウンド、応答)',
  );
  expect(ja.path.step('listener')).toBe('リスナー');
  expect(ja.path.step('a new step')).toBe('a new step');
});
