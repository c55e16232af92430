import { defineConfig } from '@playwright/test';

export default defineConfig({
  testMatch: '*.pw.mjs',
  reporter: 'list',
  webServer: {
    command: 'node serve.mjs',
    wait: { stdout: /listening at (?<APP_URL>\S+)/ },
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
  },
  use: { launchOptions: { executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] } },
});
