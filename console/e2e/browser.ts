// SPDX-License-Identifier: Apache-2.0
// A browser that is watched: nothing may leave the console's origin, nothing may break its policy, and
// no script may fail.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Language } from '../src/i18n/language';
import { ENDPOINT } from './postern';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCREENSHOTS = process.env['POSTERN_SCREENSHOTS'];

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['POSTERN_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

export interface Watched {
  page: Page;
  context: BrowserContext;
  // What went wrong so far, by words.
  faults: string[];
}

export async function open(browser: Browser, language: Language): Promise<Watched> {
  const context = await browser.newContext({
    locale: language === 'ja' ? 'ja-JP' : 'en-US',
    viewport: { width: 1280, height: 900 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  const watchAddress = (url: string) => {
    if (!url.startsWith('data:') && new URL(url).host !== new URL(ENDPOINT).host) {
      faults.push(`a request to ${url}`);
    }
  };
  page.on('request', (request) => watchAddress(request.url()));
  page.on('websocket', (socket) => watchAddress(socket.url()));
  page.on('pageerror', (error) => faults.push(`an exception: ${error.message}`));
  page.on('console', (message) => {
    // What the daemon refused is seen by the tests that ask for it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(`an error in the browser's log: ${message.text()}`);
    }
  });
  return { page, context, faults };
}

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string }[] }[];
}

// Colours that are still on their way from one mode to the other are nobody's choice.
async function transitionsEnd(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => animation instanceof CSSTransition)
        .map((transition) => transition.finished),
    ),
  );
}

// What WCAG 2.2 A and AA have against the page as it is now.
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await transitionsEnd(page);
  await page.evaluate(AXE);
  const found = await page.evaluate(() =>
    // The page has no types for what was just put into it.
    (globalThis as unknown as { axe: { run: (options: object) => Promise<AxeResult> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    }),
  );
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`),
  );
}

// Kept when somebody asked for them.
export async function screenshot(page: Page, name: string): Promise<void> {
  if (SCREENSHOTS !== undefined) {
    await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }
}
