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

// As the tutorial's Japanese page calls them: its reader finds the same words here.
test.each([
  [ja.nav.loadBalancers, 'ロードバランサー'],
  [ja.balancer.create, 'ロードバランサーの作成'],
  [ja.balancer.scheme, 'スキーム'],
  [ja.balancer.mapping, 'ネットワークマッピング'],
  [ja.balancer.protocol, 'ロードバランサープロトコル'],
  [ja.balancer.port, 'ロードバランサーポート'],
  [ja.balancer.defaultAction, 'デフォルトアクション'],
  [ja.balancer.forwardTo, 'ターゲットグループに転送'],
  [ja.targetGroup.type, 'ターゲットタイプ'],
  [ja.targetGroup.instances, 'インスタンス'],
  [ja.targetGroup.name, 'ターゲットグループ名'],
  [ja.form.next, '次へ'],
  [ja.targetGroup.availableInstances, '使用可能なインスタンス'],
  [ja.targetGroup.include, '保留中として以下を含める'],
  [ja.targetGroup.create, 'ターゲットグループを作成'],
  [ja.service.availableBalancers, '使用可能なロードバランサー'],
  [ja.service.requests, 'リクエスト要件'],
  [ja.service.acceptanceRequired, 'エンドポイントの承諾が必要'],
  [ja.service.principals, 'プリンシパルを許可'],
  [ja.service.serviceName, 'サービス名'],
  [ja.nav.endpoints, 'エンドポイント'],
  [ja.endpoint.create, 'エンドポイントを作成'],
  [ja.form.nameTag, '名前タグ – オプション'],
  [ja.endpoint.verified, 'サービス名が検証されました。'],
  [ja.service.connections, 'エンドポイント接続'],
  [ja.service.accept, 'エンドポイント接続リクエストの承諾'],
  [ja.state.available, '利用可能'],
  [ja.rules.inbound, 'インバウンドルール'],
  [ja.rules.outbound, 'アウトバウンドルール'],
])('%s is what the tutorial calls it', (shown, tutorial) => {
  expect(shown).toBe(tutorial);
});
