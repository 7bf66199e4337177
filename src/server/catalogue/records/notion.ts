/** Notion as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const notion: OAuthConnector = {
  id: 'notion',
  name: 'Notion',
  category: 'productivity',
  method: 'oauth2',
  issuer: null,
  // There are no scopes: the person picks pages, and the integration's capabilities do the rest.
  authorize: { url: 'https://api.notion.com/v1/oauth/authorize', params: { owner: 'user' } },
  token: {
    url: 'https://api.notion.com/v1/oauth/token',
    body: 'json',
    headers: { 'notion-version': '2026-03-11' },
  },
  refresh: { rotation: 'always' },
  revoke: {
    url: 'https://api.notion.com/v1/oauth/revoke',
    body: 'json',
    token: 'access',
    headers: { 'notion-version': '2026-03-11' },
  },
  identity: { from: 'token_response', id: 'workspace_id', name: 'workspace_name' },
  apiOrigins: ['https://api.notion.com'],
  reach: 'proxy',
  // A request without a version is refused.
  proxy: { api: { origin: 'https://api.notion.com', paths: ['/v1/'], headers: { 'notion-version': '2026-03-11' } } },
  monogram: 'N',
  clientPage: 'https://www.notion.so/profile/integrations',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.notion.com/docs/authorization',
    'https://developers.notion.com/reference/create-a-token',
    'https://developers.notion.com/reference/refresh-a-token',
    'https://developers.notion.com/reference/revoke-token',
  ],
}
