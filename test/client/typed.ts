/** Connectors that ask for something before they are connected, as the backend lists them, and one that asks nothing. */

const common = {
  category: 'files',
  reach: 'proxy',
  apiOrigins: [],
  scopes: { default: [], required: [], optional: [] },
}
export const keyed = {
  ...common,
  id: 'keyed',
  name: 'Keyed',
  method: 'api_key',
  asks: true,
  inputs: [
    { name: 'version', label: 'Version', hidden: true, default: '1' },
    { name: 'apiKey', label: 'API key', secret: true },
  ],
}
export const hosted = {
  ...common,
  id: 'hosted',
  name: 'Hosted',
  method: 'oauth2',
  asks: true,
  inputs: [{ name: 'subdomain', label: 'Subdomain' }],
}
export const silent = { ...common, id: 'silent', name: 'Silent', method: 'client_credentials' }

/** What the backend answers to credentials that are good. */
export const active = {
  status: 'ACTIVE',
  connectionId: 'default',
  scopes: { requested: [], granted: [], missing: [] },
  account: { id: 'u1', name: 'ana@example.com' },
  existing: false,
  createdAt: '2026-11-12T12:00:00.000Z',
}
export const secret = 'canary-typed-secret'
