/** Builds what a browser loads whole: the demo's page, and with `--mode script-tag` the element for a script tag. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Plugin, type UserConfig, defineConfig } from 'vite'
import manifest from './package.json' with { type: 'json' }
import { leanLit } from './tools/lean-lit.ts'
import { scriptTagParts } from './tools/script-tag-parts.ts'

const rooms = join(import.meta.dirname, 'src')

/** Minifiers leave template literals alone, and the element's markup and styles stand in them. */
const foldTemplates: Plugin = {
  name: 'fold-templates',
  transform(code, id) {
    if (/\/src\/element\/.*styles\.ts$/.test(id))
      return code
        .replace(/\s*\/\*.*?\*\//g, '')
        .replace(/;?\s*([{};,>])\s*/g, '$1')
        .replace(/: /g, ':')
    if (!id.includes('/src/element/views/')) return null
    const between = code.replace(/>\s*\n\s*(?=[<$`])/g, '>').replace(/(?<=[`}])\s*\n\s*</g, '<')
    return between.replace(/(?<=["}])\n\s+(?=[\w@-]+=)/g, ' ').replace(/"\s*\n\s*>/g, '">')
  },
}

/** The demo's page shows the README's own lines. */
const showSnippets: Plugin = {
  name: 'show-snippets',
  transformIndexHtml(page) {
    const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
    return page.replace(/<code data-snippet="(\w+)">/g, (start, name: string) => {
      const code = new RegExp(`<!-- snippet: ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1]
      if (code === undefined) throw new Error(`README.md has no snippet "${name}".`)
      return start + code.trim().replace(/[&<]/g, (character) => `&#${character.charCodeAt(0)};`)
    })
  },
}

const page: UserConfig = {
  // Relative, so that the built page works under any path.
  base: './',
  publicDir: false,
  build: {
    outDir: 'dist/demo',
    target: 'es2022',
    // A strict policy refuses data: URLs and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [showSnippets],
}

/** The parts that are loaded later, as one file: a script tag's host has two files to serve and not seven. */
const parts = [
  'client/connecting',
  'client/keeping',
  'element/card-acts',
  'element/count',
  'element/locale',
  'element/follow-language',
  'element/views/later',
]
const later = parts.map((part) => join(rooms, `${part}.ts`))
const loadLaterAtOnce: Plugin = {
  name: 'load-later-at-once',
  async resolveDynamicImport(specifier, importer) {
    const resolved = typeof specifier === 'string' ? await this.resolve(specifier, importer) : null
    return resolved && later.includes(resolved.id) ? 'virtual:later' : resolved
  },
  load: (id) => (id === 'virtual:later' ? later.map((part) => `export * from '${part}'`).join('\n') : null),
}

const scriptTag: UserConfig = {
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    // As a library: otherwise every dynamic import brings Vite's preloader along, 1.2 kB.
    lib: { entry: join(rooms, 'element/register.ts'), formats: ['es'], fileName: () => 'connector-auth.min.js' },
    rolldownOptions: {
      // What the later file shares with the first stays in the first, so that nothing else is loaded until first paint.
      preserveEntrySignatures: 'allow-extension',
      output: { minify: true, chunkFileNames: ({ name }) => `connector-auth.${name.replace('virtual_', '')}.min.js` },
    },
  },
  plugins: [
    foldTemplates,
    leanLit(),
    loadLaterAtOnce,
    scriptTagParts({
      folder: join(import.meta.dirname, 'dist'),
      version: manifest.version,
      loader: join(rooms, 'element/part-loader.ts'),
    }),
  ],
}

export default defineConfig(({ mode }) => (mode === 'script-tag' ? scriptTag : page))
