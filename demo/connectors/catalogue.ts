/** The demo's list of connectors: made-up services, each of which can really be connected on this computer. */

import type { ConnectorRecord } from '../../src/server/index.ts'
import type { KeyedService } from '../authorization-server/index.ts'
import { acme } from '../connector.ts'
import { type KeyedDemo, cobalt, dune, ember, keyedConnector, keyedService } from './keyed.ts'

/** Signed in to with an Acme account: id, name, category, colour. */
const oauth: readonly (readonly [id: string, name: string, category: string, colour: string])[] = [
  ['borealis-crm', 'Borealis CRM', 'crm', '#0f766e'],
  ['acorn-notes', 'Acorn Notes', 'productivity', '#a16207'],
  ['blue-harbour', 'Blue Harbour', 'files', '#0369a1'],
  ['cartwheel', 'Cartwheel', 'commerce', '#be185d'],
  ['dovetail-docs', 'Dovetail Docs', 'files', '#4338ca'],
  ['elmwood', 'Elmwood HR', 'hr', '#15803d'],
  ['fathom-forms', 'Fathom Forms', 'forms', '#7e22ce'],
  ['granite-git', 'Granite Git', 'code', '#334155'],
  ['heliograph', 'Heliograph', 'chat', '#c2410c'],
  ['inkwell', 'Inkwell', 'files', '#1e3a8a'],
  ['juniper-cal', 'Juniper Calendar', 'calendar', '#166534'],
  ['kestrel-ads', 'Kestrel Ads', 'marketing', '#b91c1c'],
  ['lantern', 'Lantern Support', 'support', '#b45309'],
  ['meridian', 'Meridian Maps', 'data', '#047857'],
  ['nightjar', 'Nightjar', 'infrastructure', '#3730a3'],
  ['osprey-tasks', 'Osprey Tasks', 'projects', '#9d174d'],
  ['pebble-pay', 'Pebble Pay', 'payments', '#0e7490'],
  ['quarry', 'Quarry Warehouse', 'data', '#57534e'],
  ['rowan-sign', 'Rowan Sign', 'files', '#6d28d9'],
  ['sextant', 'Sextant Analytics', 'analytics', '#1d4ed8'],
]

/** Connected with an API key. */
const keys: readonly (readonly [id: string, name: string, category: string])[] = [
  ['tallow', 'Tallow SMS', 'chat'],
  ['umbra-vault', 'Umbra Vault', 'files'],
  ['verdant', 'Verdant Weather', 'data'],
  ['willow-mail', 'Willow Mail', 'mail'],
  ['xylem', 'Xylem Models', 'ai'],
  ['yarrow', 'Yarrow Translate', 'ai'],
  ['zephyr-ship', 'Zephyr Shipping', 'commerce'],
  ['amber-sheets', 'Amber Sheets', 'data'],
  ['basalt', 'Basalt Builds', 'code'],
  ['cinder', 'Cinder Alerts', 'infrastructure'],
  ['driftwood', 'Driftwood Events', 'calendar'],
  ['echo-voice', 'Echo Voice', 'ai'],
  ['fern-forms', 'Fern Surveys', 'forms'],
  ['glacier', 'Glacier Backup', 'files'],
  ['hazel', 'Hazel Invoices', 'accounting'],
  ['ivory-crm', 'Ivory CRM', 'crm'],
]

const keyed: readonly KeyedDemo[] = [
  cobalt,
  dune,
  ember,
  ...keys.map(([id, name, category]) => {
    const values = { apiKey: `${id.replaceAll('-', '')}_12345678` }
    return { id, name, category, method: 'api_key' as const, values }
  }),
]

/** Ids of the connectors that the authorization server knows: each needs a client registration. */
export const oauthIds: readonly string[] = ['acme', ...oauth.map(([id]) => id)]

/** Every connector of the demo; `issuer` is the authorization server's origin. */
export function demoConnectors(issuer: string): readonly ConnectorRecord[] {
  const main = acme(issuer)
  return [
    main,
    ...oauth.map(([id, name, category, fill], index) => ({
      ...main,
      id,
      name,
      category,
      icon: { viewBox: '0 0 24 24', paths: [{ d: shapes[index % shapes.length] ?? '', fill }] },
      monogram: name.slice(0, 1),
    })),
    ...keyed.map((one) => keyedConnector(one, issuer)),
  ]
}

/** The services behind the connectors that take keys. */
export const keyedServices: readonly KeyedService[] = keyed.map(keyedService)

const shapes = [
  'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 5a5 5 0 1 1 0 10 5 5 0 0 1 0-10Z',
  'M3 3h8v8H3V3Zm10 0h8v8h-8V3ZM3 13h8v8H3v-8Zm14 0 4 4-4 4-4-4 4-4Z',
  'M12 2 22 8v8l-10 6L2 16V8l10-6Zm0 5-5 3v4l5 3 5-3v-4l-5-3Z',
  'M4 20V10h4v10H4Zm6 0V4h4v16h-4Zm6 0v-7h4v7h-4Z',
  'M12 3c5 0 9 4 9 9h-4a5 5 0 0 0-10 0H3c0-5 4-9 9-9Zm0 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z',
]
