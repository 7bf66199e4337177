/** Method and path of every route: what a browser needs of the route table, and no more. */

/** `{name}` stands for one path segment. */
export const paths = {
  createConnectToken: 'POST /api/v1/connect-tokens',
  revokeConnectTokens: 'POST /api/v1/connect-tokens/revoke',
  deleteConnectToken: 'DELETE /api/v1/connect-tokens/current',
  listConnectors: 'GET /api/v1/connectors',
  createAuthSession: 'POST /api/v1/auth-sessions',
  getAuthSession: 'GET /api/v1/auth-sessions/{sessionId}',
  redeemAuthSession: 'POST /api/v1/auth-sessions/{sessionId}/redeem',
  listConnections: 'GET /api/v1/connections',
  readCredentials: 'POST /api/v1/connections/{connectorId}/credentials',
  disconnect: 'POST /api/v1/connections/{connectorId}/disconnect',
  createApiKey: 'POST /api/v1/api-keys',
  listApiKeys: 'GET /api/v1/api-keys',
  revokeApiKey: 'DELETE /api/v1/api-keys/{apiKeyId}',
  listAudit: 'GET /api/v1/audit',
  callback: 'GET /callback/{space}/{connectorId}',
  healthz: 'GET /healthz',
  readyz: 'GET /readyz',
  metrics: 'GET /metrics',
  openapi: 'GET /api/v1/openapi.json',
} as const

export type RouteName = keyof typeof paths
