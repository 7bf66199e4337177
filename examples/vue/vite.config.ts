import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// `npm run dev` serves the page; the app's server answers the rest.
const server = { proxy: { '/connector-auth': 'http://localhost:4100', '/connect-token': 'http://localhost:4100' } }
const isCustomElement = (tag: string) => tag === 'connector-auth'

export default defineConfig({ plugins: [vue({ template: { compilerOptions: { isCustomElement } } })], server })
