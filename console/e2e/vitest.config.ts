// SPDX-License-Identifier: Apache-2.0
// The tests that drive a browser: tests/test_console.py runs them against a posternd of its own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['e2e/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
