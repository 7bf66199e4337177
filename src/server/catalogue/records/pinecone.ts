/** Pinecone as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const pinecone: EnteredConnector = {
  id: 'pinecone',
  name: 'Pinecone',
  category: 'ai',
  method: 'api_key',
  inputs: [{ name: 'apiKey', label: 'API key', secret: true, placeholder: 'pcsk_…' }],
  inject: { headers: { 'api-key': '{apiKey}' } },
  verify: {
    url: 'https://api.pinecone.io/indexes',
    headers: { 'x-pinecone-api-version': '2025-10' },
    message: ['error.message'],
  },
  // Each index has a host of its own, which is not reached from here.
  apiOrigins: ['https://api.pinecone.io'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.pinecone.io', headers: { 'x-pinecone-api-version': '2025-10' } } },
  monogram: 'Pc',
  clientPage: 'https://app.pinecone.io/organizations/-/keys',
  checked: 'docs 2026-11-21',
  sources: [
    'https://docs.pinecone.io/reference/api/authentication',
    'https://docs.pinecone.io/reference/api/versioning',
  ],
}
