// Several pages, one build. An entry is an HTML file beside this one; what several entries share is cut into chunks by
// itself. Names carry the hash of what is in them, so a browser may keep them for ever.
import { readdirSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));
const entries = readdirSync(here).filter((name) => name.endsWith('.html')).map((name) => here + name);
const daemon = process.env.QINGKONG_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  // A blank between two words on different lines of a template is a blank on the page, as in HTML.
  plugins: [vue({ template: { compilerOptions: { whitespace: 'preserve' } } })],
  root: here,
  base: '/',
  publicDir: false,
  resolve: { alias: { '@': here + 'src' } },
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  build: {
    outDir: process.env.QINGKONG_CONSOLE_OUT ?? 'built',
    emptyOutDir: true,
    target: 'es2020',
    assetsInlineLimit: 0,  // the content policy of the pages allows no data: script, and few data: images
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    rollupOptions: {
      input: entries,
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: ({ name }) => `assets/${name.split('.')[0]}-[hash].js`,
        assetFileNames: 'assets/[name]-[hash][extname]',
        manualChunks: (id) => (/node_modules\/@?vue/.test(id) ? 'vue' : undefined),
      },
    },
  },
  server: { proxy: { '/api': daemon, '/public': daemon, '/cap': daemon, '/favicon.ico': daemon } },
});
