/** ElevenLabs as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const elevenlabs: EnteredConnector = {
  id: 'elevenlabs',
  name: 'ElevenLabs',
  category: 'ai',
  method: 'api_key',
  inputs: [{ name: 'apiKey', label: 'API key', secret: true, help: 'A restricted key needs read access to User.' }],
  inject: { headers: { 'xi-api-key': '{apiKey}' } },
  verify: {
    url: 'https://api.elevenlabs.io/v1/user',
    account: { id: 'user_id', name: 'first_name' },
    message: ['detail.message'],
  },
  apiOrigins: ['https://api.elevenlabs.io'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.elevenlabs.io', paths: ['/v1/', '/v2/'] } },
  monogram: 'EL',
  clientPage: 'https://elevenlabs.io/app/settings/api-keys',
  checked: 'docs 2026-11-21',
  sources: ['https://elevenlabs.io/docs/api-reference/authentication'],
}
