/** Hugging Face as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const huggingface: OAuthConnector = {
  id: 'huggingface',
  name: 'Hugging Face',
  category: 'ai',
  method: 'oauth2',
  issuer: 'https://huggingface.co',
  authorize: {
    url: 'https://huggingface.co/oauth/authorize',
    scope: {
      default: ['openid', 'profile'],
      optional: [
        'email',
        'read-repos',
        'write-repos',
        'manage-repos',
        'inference-api',
        'write-discussions',
        'read-billing',
      ],
      required: ['openid', 'profile'],
    },
  },
  // Its documentation shows the id and the secret encoded as they stand.
  token: { url: 'https://huggingface.co/oauth/token', rawBasic: true },
  refresh: { rotation: 'sometimes' },
  identity: { from: 'userinfo', url: 'https://huggingface.co/oauth/userinfo', id: 'sub', name: 'preferred_username' },
  apiOrigins: ['https://huggingface.co', 'https://router.huggingface.co'],
  reach: 'direct',
  proxy: {
    api: { origin: 'https://huggingface.co', paths: ['/api/'] },
    inference: { origin: 'https://router.huggingface.co' },
  },
  monogram: 'HF',
  clientPage: 'https://huggingface.co/settings/applications/new',
  checked: 'docs 2026-11-21',
  sources: ['https://huggingface.co/docs/hub/oauth', 'https://huggingface.co/docs/hub/spaces-oauth'],
}
