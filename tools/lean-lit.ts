/** Takes from Lit, in the script-tag build, the names it would leave in the page's global object and what no browser of this build needs. */
import type { Plugin } from 'vite'

type Edit = { readonly file: string; readonly from: RegExp; readonly to: string }

/** Each must be found, so that another version of Lit is noticed. */
const EDITS: readonly Edit[] = [
  // Versions, and what decorators note: we have none.
  { file: 'lit-html.js', from: /,\(\w+\.litHtmlVersions\?\?=\[\]\)\.push\("[\d.]+"\)/, to: '' },
  { file: 'lit-element.js', from: /\(\w+\.litElementVersions\?\?=\[\]\)\.push\("[\d.]+"\);/, to: '' },
  { file: 'reactive-element.js', from: /,\(\w+\.reactiveElementVersions\?\?=\[\]\)\.push\("[\d.]+"\)/, to: '' },
  {
    file: 'reactive-element.js',
    from: /Symbol\.metadata\?\?=Symbol\("metadata"\),\w+\.litPropertyMetadata\?\?=new WeakMap;/,
    to: '',
  },
  {
    file: 'reactive-element.js',
    from: /const \w+=this\[Symbol\.metadata\];if\(null!==\w+\)\{.*?\}(?=this\._\$)/,
    to: '',
  },
  // Polyfills of browsers that cannot read ES2022; a style element where there are no constructed sheets.
  { file: 'lit-html.js', from: /,(\w+)=\w+\.litHtmlPolyfillSupport;\1\?\.\(\w+,\w+\)/, to: '' },
  {
    file: 'lit-element.js',
    from: /,\w+\.litElementHydrateSupport\?\.\(\{LitElement:\w+\}\);const (\w+)=\w+\.litElementPolyfillSupport;\1\?\.\(\{LitElement:\w+\}\);/,
    to: ';',
  },
  { file: 'reactive-element.js', from: /,\w+=\w+\.reactiveElementPolyfillSupport/, to: '' },
  { file: 'reactive-element.js', from: /,\w+\?\.\(\{ReactiveElement:\w+\}\)/, to: '' },
  { file: 'css-tag.js', from: /\w+\.ShadowRoot&&\(.*?"replace"in CSSStyleSheet\.prototype/, to: '!0' },
  // What it says to who writes styles.
  { file: 'css-tag.js', from: /Error\("CSSResult is not.*?"\)/, to: 'Error()' },
  { file: 'css-tag.js', from: /Error\("Value passed to.*?security\."\)/, to: 'Error()' },
]

/** Makes the plugin. */
export function leanLit(): Plugin {
  const open = new Set(EDITS)
  return {
    name: 'lean-lit',
    transform(code, id) {
      const mine = EDITS.filter(
        ({ file, from }) => id.endsWith(`/${file}`) && /node_modules\/(@lit|lit-)/.test(id) && from.test(code),
      )
      for (const edit of mine) open.delete(edit)
      return mine.length > 0 ? mine.reduce((text, { from, to }) => text.replace(from, to), code) : null
    },
    buildEnd() {
      const [edit] = open
      if (edit) throw new Error(`Lit's ${edit.file} has changed: ${String(edit.from)} is not there.`)
    },
  }
}
