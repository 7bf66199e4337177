import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkManifest, makeManifest } from '../../tools/manifest.ts'
import { makeFolder } from './folder.ts'

const element = (attribute: string): string => `
  import { LitElement } from 'lit'
  /** Connects. @fires connector-auth-connected - done */
  export class ConnectorAuth extends LitElement {
    static properties = { ${attribute}: { type: String } }
  }
  customElements.define('connector-auth', ConnectorAuth)`

test('a manifest that was made from the sources is up to date, until they change', async (t) => {
  const folder = await makeFolder(t, { 'src/element/element.ts': element('mode'), 'package.json': '{}' })
  assert.match(checkManifest(folder) ?? '', /missing/)
  await writeFile(join(folder, 'custom-elements.json'), makeManifest(folder))
  assert.equal(checkManifest(folder), undefined)
  await writeFile(join(folder, 'src/element/element.ts'), element('theme'))
  assert.match(checkManifest(folder) ?? '', /out of date/)
})

test('sources without the element are no manifest', async (t) => {
  const folder = await makeFolder(t, { 'src/element/element.ts': 'export const nothing = 1', 'package.json': '{}' })
  assert.match(checkManifest(folder) ?? '', /found no <connector-auth>/)
})
