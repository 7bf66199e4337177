/** API keys: the host backend's long-lived secrets, made and ended over the API. */

import { type Infer, list, nullable, object, text } from './schema.ts'

/** `key_` and 128 random bits, or `configured-<n>` for one of the configuration. */
export const apiKeyId = text({ pattern: '^(key_[0-9a-f]{32}|configured-[0-9]{1,3})$', maxLength: 36 })

/** What people call the key; printable, so that a list shows it as it is. */
const name = text({ pattern: '^[^\\p{Cc}\\p{Cs}]+$', minLength: 1, maxLength: 100 })

/** ISO 8601 in UTC. */
const time = text({ maxLength: 40 })
const lastFour = text({ pattern: '^[0-9a-f]{4}$', maxLength: 4 })

export const apiKeyRequest = object({ name })
export type ApiKeyRequest = Infer<typeof apiKeyRequest>

/** The only answer that carries the key itself. */
export const apiKeyCreated = object({
  id: apiKeyId,
  name,
  key: text({ pattern: '^cak_[0-9a-f]{64}$', maxLength: 68 }),
  lastFour,
  createdAt: time,
})
export type ApiKeyCreated = Infer<typeof apiKeyCreated>

const apiKey = object({
  id: apiKeyId,
  name,
  lastFour,
  /** Null: it stands in the configuration. */
  createdAt: nullable(time),
  revokedAt: nullable(time),
})
export const apiKeys = object({ apiKeys: list(apiKey, { maxItems: 10_000 }) })
export type ApiKeys = Infer<typeof apiKeys>
