import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The service that `vite` passes API calls on to while the console is developed. */
const service = 'http://localhost:8080'

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: join(import.meta.dirname, '..', '..', 'dist', 'console'),
    emptyOutDir: true,
    // The content policy allows no inline script, and every browser we support preloads by itself.
    modulePreload: { polyfill: false },
    target: 'es2023',
  },
  server: { proxy: { '/api': service } },
})
