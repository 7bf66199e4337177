/** Toggl Track as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const toggl: EnteredConnector = {
  id: 'toggl',
  name: 'Toggl Track',
  category: 'productivity',
  method: 'basic',
  inputs: [
    { name: 'username', label: 'API token', secret: true, help: 'In Toggl Track: at the end of your profile page.' },
    // The token is the user name, and the password is the same for everybody.
    { name: 'password', label: 'Password', hidden: true, optional: true, default: 'api_token' },
  ],
  verify: { url: 'https://api.track.toggl.com/api/v9/me', account: { id: 'id', name: 'email' } },
  apiOrigins: ['https://api.track.toggl.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.track.toggl.com', paths: ['/api/v9/', '/reports/api/v3/'] } },
  monogram: 'Tg',
  clientPage: 'https://track.toggl.com/profile',
  checked: 'docs 2026-11-21',
  sources: ['https://engineering.toggl.com/docs/authentication/'],
}
