// How the page is built: one folder of static files that works under any address, and talks to nobody.

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Writes the policy into what is built. The development server injects styles by script, which the policy forbids. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
    ],
  };
}

/** Has the browser fetch the page and its styles while the script runs that launches the engine; to read them now would delay that. */
function earlyPage(): Plugin {
  return {
    name: 'early-page',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) =>
        Object.values(bundle).flatMap((chunk) => {
          if (chunk.type !== 'chunk' || !chunk.isDynamicEntry) return [];
          const styles = [...(chunk.viteMetadata?.importedCss ?? [])];
          return [
            { tag: 'link', attrs: { rel: 'preload', as: 'script', crossorigin: true, href: `./${chunk.fileName}` }, injectTo: 'head' as const },
            ...styles.map((href) => ({ tag: 'link', attrs: { rel: 'stylesheet', crossorigin: true, href: `./${href}` }, injectTo: 'head' as const })),
          ];
        }),
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [svelte(), contentSecurityPolicy(), earlyPage()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // A file inlined as data: is one that the policy would have to allow.
    assetsInlineLimit: 0,
  },
});
