/** One typed call per route of what a person types; apart, because most pages show no form. */

import { type AuthSessionRequest, entered } from '../protocol/auth-session.ts'
import { forms } from '../protocol/form.ts'
import type { InputValues } from '../protocol/inputs.ts'
import type { Call, Loose } from './call.ts'
import type { Owner } from './routes.ts'

/** Lists the forms of connectors. */
export const listForms = async (call: Call) => (await call('GET /api/v1/connectors', { answer: forms })).connectors

/** Connects with what a person typed. */
export const enterCredentials = (
  call: Call,
  connectorId: string,
  body: Owner & Loose<{ readonly values: InputValues; readonly connection?: AuthSessionRequest['connection'] }>,
) => call(`POST /api/v1/connections/${encodeURIComponent(connectorId)}`, { answer: entered, body })
