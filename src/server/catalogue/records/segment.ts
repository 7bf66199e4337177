/** Segment as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const segment: EnteredConnector = {
  id: 'segment',
  name: 'Segment',
  category: 'data',
  method: 'bearer',
  inputs: [
    {
      name: 'token',
      label: 'Public API token',
      secret: true,
      help: 'In Segment: Workspace settings, Access management, Tokens.',
    },
    {
      name: 'host',
      label: 'Region',
      optional: true,
      default: 'api.segmentapis.com',
      enum: ['api.segmentapis.com', 'eu1.api.segmentapis.com'],
    },
  ],
  verify: {
    url: 'https://{host}/',
    account: { id: 'data.workspace.id', name: 'data.workspace.name' },
    message: ['errors.0.message'],
  },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}' } },
  monogram: 'Sg',
  clientPage: 'https://app.segment.com/goto-my-workspace/settings/access-management',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.segmentapis.com/', 'https://segment.com/docs/api/public-api/'],
}
