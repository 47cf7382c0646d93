// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// While working on the pages: `npm run dev`, with a posternd at its usual address.
const daemon = { target: 'http://127.0.0.1:4566', ws: true };

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2023',
    // Fonts stay files: the page asks for those that it shows.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
  },
  server: { proxy: { '/console/api': daemon, '^/$': daemon } },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
