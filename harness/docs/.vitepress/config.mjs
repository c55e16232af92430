import { defineConfig } from 'vitepress';

const pages = (...list) => list.map(([text, link]) => ({ text, link }));

// The pages are the Markdown files of this folder; what the site adds is search,
// a sidebar by task and a dark mode. Links out of the folder go to the repository.
export default defineConfig({
  srcExclude: ['schema/**', 'node_modules/**'],
  outDir: process.env.HOSTPROOF_SITE || '.vitepress/dist',
  cacheDir: process.env.HOSTPROOF_SITE_CACHE || '.vitepress/cache',
  lang: 'en',
  title: 'hostproof',
  description: 'Prove on every host that your AWS credentials work, before you ship.',
  // What lies outside of the handbook is read in the repository; a test holds those links.
  ignoreDeadLinks: [/^(\.\/)?\.\.\/(bindings|skills|\.\.)\//, /^\.\/\.\.\/bindings\//],
  cleanUrls: false,
  lastUpdated: false,
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    // A console block is a shell session.
    languageAlias: { console: 'shellsession' },
    attrs: { disable: true },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: 'deep',
    sidebar: [
      {
        text: 'By task',
        items: pages(
          ['Vercel and the AI SDK', '/guide/vercel-and-the-ai-sdk'],
          ['Amplify SSR', '/guide/amplify-ssr'],
          ['ECS and boto3', '/guide/ecs-and-boto3'],
          ['EKS', '/guide/eks'],
          ['GitHub Actions', '/guide/github-actions'],
          ['In CI', '/guide/ci'],
          ['Which host am I on?', '/guide/which-host'],
          ['Write a regression test', '/testing'],
          ['… in TypeScript', '/languages/typescript'],
          ['… in Python', '/languages/python'],
          ['… in Java', '/languages/java'],
          ['… in Rust', '/languages/rust'],
          ['Reproduce a report', '/explain-and-capture'],
          ['A bug as a file', '/cases'],
          ['One program on every host', '/matrix'],
        ),
      },
      {
        text: 'To look up',
        items: pages(
          ['The ledger', '/guide/the-ledger'],
          ['Every finding', '/findings'],
          ['Every host', '/hosts'],
          ['Every setting', '/settings'],
          ['Runs and isolation', '/running'],
          ['The mock AWS', '/mock'],
          ['Other emulators', '/peers'],
          ['Security', '/security'],
          ['The protocol of bindings', '/protocol'],
          ['Findings in libraries', '/findings-in-libraries'],
          ['Contributing', '/contributing'],
          ['Changes', '/changelog'],
        ),
      },
    ],
  },
});
