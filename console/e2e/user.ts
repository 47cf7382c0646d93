// SPDX-License-Identifier: Apache-2.0
// Somebody who uses the console: clicks and types by the words that stand on the page.
import { expect } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Catalogue } from '../src/i18n/catalogue';
import { en } from '../src/i18n/en';
import { ja } from '../src/i18n/ja';
import type { Language } from '../src/i18n/language';
import { accessibilityFaults, open } from './browser';
import { consoleLink, type TestAccount } from './postern';

const CATALOGUES: Record<Language, Catalogue> = { en, ja };

export class User {
  readonly t: Catalogue;

  private constructor(
    readonly page: Page,
    readonly language: Language,
    readonly faults: string[],
    private readonly within: Locator,
  ) {
    this.t = CATALOGUES[language];
  }

  private static async open(browser: Browser, language: Language, link: string): Promise<User> {
    const { page, faults } = await open(browser, language);
    const user = new User(page, language, faults, page.locator('#page'));
    await page.goto(link);
    await page.getByRole('heading', { name: user.t.home.title }).waitFor();
    return user;
  }

  static signIn(
    browser: Browser,
    language: Language,
    account: Pick<TestAccount, 'name'>,
  ): Promise<User> {
    return User.open(browser, language, consoleLink(account.name));
  }

  static signInAsOperator(browser: Browser, language: Language): Promise<User> {
    return User.open(browser, language, consoleLink());
  }

  // The same person, looking at the dialogue that is open.
  dialog(title: string): User {
    const shown = this.page.getByRole('dialog', { name: title });
    return new User(this.page, this.language, this.faults, shown);
  }

  async goTo(link: string): Promise<void> {
    await this.page.getByRole('link', { name: link, exact: true }).first().click();
  }

  async click(button: string): Promise<void> {
    await this.within.getByRole('button', { name: button, exact: true }).first().click();
  }

  // A button that leads to a page.
  async follow(button: string): Promise<void> {
    await this.within.getByRole('link', { name: button, exact: true }).first().click();
  }

  async fill(label: string, text: string): Promise<void> {
    await this.within.getByLabel(label, { exact: true }).first().fill(text);
  }

  // Chooses what has `option` among its words.
  async choose(label: string, option: string, more: { several?: boolean } = {}): Promise<void> {
    await this.within.getByLabel(label, { exact: true }).first().click();
    await this.page.getByRole('option', { name: option }).first().click();
    if (more.several === true) {
      await this.page.keyboard.press('Escape');
    }
  }

  async check(label: string): Promise<void> {
    await this.within.getByLabel(label, { exact: true }).first().check();
  }

  async tab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
  }

  // Chooses the row that has `text`, and does to it what the menu calls `action`.
  async actOn(text: string, action: string, confirm = true): Promise<void> {
    const row = this.page.getByRole('row').filter({ hasText: text });
    await row.getByRole('radio').check();
    // A details page has a menu of its own, above that of the table.
    await this.within
      .getByRole('button', { name: this.t.common.actions, exact: true })
      .last()
      .click();
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
    if (confirm) {
      await this.dialog(action).click(action);
    }
  }

  async sees(text: string, timeout = 20_000): Promise<void> {
    await this.within.getByText(text).first().waitFor({ timeout });
  }

  // Waits until the row of `text` shows `state`.
  async seesInRow(text: string, state: string, timeout = 40_000): Promise<void> {
    const row = this.page.getByRole('row').filter({ hasText: text }).filter({ hasText: state });
    await row.first().waitFor({ timeout });
  }

  // The value of a fact on a details page.
  async fact(label: string): Promise<string> {
    const term = this.page.locator('dt', { hasText: label }).first();
    return (await term.locator('xpath=following-sibling::dd[1]').innerText()).trim();
  }

  async addRule(section: string, rule: { type: string; peer: string }): Promise<void> {
    const group = this.within.getByRole('group', { name: section });
    await group.getByRole('button', { name: this.t.rules.add, exact: true }).click();
    const type = group.getByLabel(this.t.rules.typeLabel, { exact: true }).last();
    await type.click();
    await this.page.getByRole('option', { name: rule.type, exact: true }).click();
    const isInbound = section === this.t.rules.inbound;
    const peer = group
      .getByLabel(isInbound ? this.t.rules.source : this.t.rules.destination, { exact: true })
      .last();
    await peer.fill(rule.peer);
    await peer.press('Escape');
  }

  async isAccessible(what: string): Promise<void> {
    expect(await accessibilityFaults(this.page), what).toEqual([]);
  }
}
