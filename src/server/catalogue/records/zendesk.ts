/** Zendesk as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const zendesk: OAuthConnector = {
  id: 'zendesk',
  name: 'Zendesk',
  category: 'support',
  method: 'oauth2',
  issuer: null,
  inputs: [
    {
      name: 'subdomain',
      label: 'Zendesk address',
      help: 'The part before .zendesk.com in the address of your Zendesk.',
      format: 'subdomain',
      prefix: 'https://',
      suffix: '.zendesk.com',
      placeholder: 'acme',
    },
  ],
  authorize: {
    url: 'https://{subdomain}.zendesk.com/oauth/authorizations/new',
    scope: {
      default: ['read'],
      optional: ['write', 'tickets:read', 'tickets:write', 'users:read', 'users:write', 'organizations:read'],
      implies: {
        read: ['tickets:read', 'users:read', 'organizations:read'],
        write: ['tickets:write', 'users:write'],
      },
    },
  },
  token: { url: 'https://{subdomain}.zendesk.com/oauth/tokens', body: 'json', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  revoke: {
    url: 'https://{subdomain}.zendesk.com/api/v2/oauth/tokens/current.json',
    method: 'DELETE',
    auth: 'bearer',
    token: 'access',
    body: 'none',
  },
  identity: {
    from: 'userinfo',
    url: 'https://{subdomain}.zendesk.com/api/v2/users/me.json',
    id: 'user.id',
    name: 'user.email',
  },
  apiOrigins: ['https://{subdomain}.zendesk.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{subdomain}.zendesk.com', paths: ['/api/v2/'] } },
  monogram: 'Z',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/',
    'https://developer.zendesk.com/documentation/api-basics/authentication/refresh-token/',
  ],
}
