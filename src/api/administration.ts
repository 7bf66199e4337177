/** One typed call per route that administers a backend: API key only. */

import { type ApiKeyRequest, apiKeyCreated, apiKeys } from '../protocol/api-key.ts'
import { type ConnectorBody, savedConnector } from '../protocol/connector-registration.ts'
import { listedConnectors } from '../protocol/connector.ts'
import type { Call, Loose } from './call.ts'

/** Lists the connectors that can be connected, with the fields of their forms. */
export const listAllConnectors = async (call: Call) =>
  (await call('GET /api/v1/connectors', { answer: listedConnectors })).connectors

/** Adds or changes a connector: its record, its client registration, or both. */
export const saveConnector = (call: Call, connectorId: string, body: Loose<ConnectorBody>) =>
  call(`PUT /api/v1/connectors/${encodeURIComponent(connectorId)}`, { answer: savedConnector, body })

/** Removes what was added for a connector. */
export const removeConnector = (call: Call, connectorId: string): Promise<void> =>
  call(`DELETE /api/v1/connectors/${encodeURIComponent(connectorId)}`, {})

/** Makes an API key; this answer is the only one that shows it. */
export const createApiKey = (call: Call, body: ApiKeyRequest) =>
  call('POST /api/v1/api-keys', { answer: apiKeyCreated, body })

/** Lists API keys by their last four digits. */
export const listApiKeys = async (call: Call) => (await call('GET /api/v1/api-keys', { answer: apiKeys })).apiKeys

/** Ends an API key, at once on every replica. */
export const revokeApiKey = (call: Call, apiKeyId: string): Promise<void> =>
  call(`DELETE /api/v1/api-keys/${encodeURIComponent(apiKeyId)}`, {})
