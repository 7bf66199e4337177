/** Method and path of every route: what a browser needs of the route table, and no more. */

/** `{name}` stands for one path segment, `{path}` for all that follow; `ANY` for every method. */
export const paths = {
  createConnectToken: 'POST /api/v1/connect-tokens',
  revokeConnectTokens: 'POST /api/v1/connect-tokens/revoke',
  deleteConnectToken: 'DELETE /api/v1/connect-tokens/current',
  listConnectors: 'GET /api/v1/connectors',
  saveConnector: 'PUT /api/v1/connectors/{connectorId}',
  removeConnector: 'DELETE /api/v1/connectors/{connectorId}',
  createAuthSession: 'POST /api/v1/auth-sessions',
  getAuthSession: 'GET /api/v1/auth-sessions/{sessionId}',
  redeemAuthSession: 'POST /api/v1/auth-sessions/{sessionId}/redeem',
  completeAuthSession: 'POST /api/v1/auth-sessions/{sessionId}/complete',
  getProgress: 'GET /api/v1/auth-sessions/{sessionId}/progress',
  listConnections: 'GET /api/v1/connections',
  enterCredentials: 'POST /api/v1/connections/{connectorId}',
  readCredentials: 'POST /api/v1/connections/{connectorId}/credentials',
  disconnect: 'POST /api/v1/connections/{connectorId}/disconnect',
  proxy: 'ANY /api/v1/proxy/{connectorId}/{alias}/{path}',
  createApiKey: 'POST /api/v1/api-keys',
  listApiKeys: 'GET /api/v1/api-keys',
  revokeApiKey: 'DELETE /api/v1/api-keys/{apiKeyId}',
  listAudit: 'GET /api/v1/audit',
  callback: 'GET /callback/{space}/{connectorId}',
  postedCallback: 'POST /callback/{space}/{connectorId}',
  enterBridge: 'POST /bridge',
  confirmBridge: 'POST /bridge/confirm',
  healthz: 'GET /healthz',
  readyz: 'GET /readyz',
  metrics: 'GET /metrics',
  openapi: 'GET /api/v1/openapi.json',
} as const

export type RouteName = keyof typeof paths
