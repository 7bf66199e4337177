import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

// `npm run dev` serves the page; the app's server answers the rest.
const server = { proxy: { '/connector-auth': 'http://localhost:4100', '/connect-token': 'http://localhost:4100' } }

export default defineConfig({ plugins: [svelte()], server })
