import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkManifest, makeFiles } from '../../tools/manifest.ts'
import { makeFolder } from './folder.ts'

const generated = ['custom-elements.json', 'vscode.html-custom-data.json', 'web-types.json']

const element = (attribute: string): string => `
  import { LitElement } from 'lit'
  /**
   * Connects.
   *
   * @attr {'a'|'b'} ${attribute} - How.
   * @fires {Event} connector-auth-connected - It is done.
   */
  export class ConnectorAuth extends LitElement {
    static properties = { ${attribute}: { type: String } }
  }
  customElements.define('connector-auth', ConnectorAuth)`

test('a manifest that was made from the sources is up to date, until they change', async (t) => {
  const recipes = '<!-- not this -->\n\n# The element\n'
  const folder = await makeFolder(t, {
    'src/element/element.ts': element('mode'),
    'package.json': '{}',
    'docs/element-recipes.md': recipes,
  })
  assert.match(checkManifest(folder) ?? '', /missing/)
  const files = makeFiles(folder)
  assert.deepEqual([...files.keys()], [...generated, 'docs/element.md'])
  assert.match(files.get('docs/element.md') ?? '', /^# The element\n[^]*`connector-auth-connected`/)
  assert.match(files.get('vscode.html-custom-data.json') ?? '', /"name": "mode"[^]*"name": "b"/)
  for (const [name, content] of files) await writeFile(join(folder, name), content)
  assert.equal(checkManifest(folder), undefined)
  await writeFile(join(folder, 'src/element/element.ts'), element('theme'))
  assert.match(checkManifest(folder) ?? '', /out of date/)
})

test('what is made from the element of this repository is up to date', () => {
  assert.equal(checkManifest(join(import.meta.dirname, '../..')), undefined)
})

test('sources without the element are no manifest', async (t) => {
  const folder = await makeFolder(t, { 'src/element/element.ts': 'export const nothing = 1', 'package.json': '{}' })
  assert.match(checkManifest(folder) ?? '', /found no <connector-auth>/)
})
