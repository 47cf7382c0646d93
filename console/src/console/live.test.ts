// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { type Live, pauseAfter, withMessage } from './live';

const NOTHING: Live = { connection: 'live', error: undefined, lost: 0, explanation: undefined };

test('pauses grow, to half a minute, and pages do not all come at once', () => {
  expect(pauseAfter(0, 1)).toBe(500);
  expect(pauseAfter(1, 1)).toBe(1_000);
  expect(pauseAfter(3, 0)).toBe(2_000);
  expect(pauseAfter(50, 1)).toBe(30_000);
});

test('a new answer takes the place of the old one, and of a refusal', () => {
  const refused = withMessage(
    NOTHING,
    { event: 'refused', data: '{"code":"InvalidParameterValue","error":"there is no i-1"}' },
    0,
  );
  expect(refused.error).toBe('InvalidParameterValue: there is no i-1');
  const answered = withMessage(refused, { event: 'path', data: '{"answer":"reachable"}' }, 0);
  expect(answered).toMatchObject({ error: undefined, explanation: { answer: 'reachable' } });
  expect(withMessage(answered, { event: 'a new one', data: '' }, 0)).toBe(answered);
});

test('what is lost is counted over all streams of a page', () => {
  expect(withMessage(NOTHING, { event: 'lost', data: '{"lost":3}' }, 4).lost).toBe(7);
});
