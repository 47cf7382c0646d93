// SPDX-License-Identifier: Apache-2.0
import type { en } from '@/i18n/en';

// What the pages say. Every language has all of it: the compiler holds them to it.
export type Catalogue = typeof en;
