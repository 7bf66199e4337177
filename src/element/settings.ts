/** Reads what the host set on the element, and names the attribute that is missing or wrong. */

import type { ClientOptions, ConnectRequest, InputValues, SessionRequest } from '../client/index.ts'

/** What a host may set, as it stands on the element: from attributes, frameworks and scripts, so not yet checked. */
export interface Configurable {
  readonly baseUrl: string | null | undefined
  readonly tokenUrl: string | null | undefined
  readonly connectorId: string | null | undefined
  readonly connectionId: string | null | undefined
  readonly scopes: string | readonly string[] | null | undefined
  readonly sessionKey: string | null | undefined
  readonly storage: string | null | undefined
  readonly mode: string | null | undefined
  readonly force: boolean
  readonly authToken: string | null | undefined
  readonly getAuthToken: (() => string | Promise<string>) | null | undefined
}

/** What an attempt and a read of credentials are for. */
export interface Target {
  /** '' where none is named: then the connectors are listed. */
  readonly connectorId: string
  readonly connectionId?: string
  readonly scopes?: readonly string[]
  readonly mode?: Mode
}

type Mode = NonNullable<ConnectRequest['mode']>

/** Checked settings, or the attribute to mend. */
export type Settings =
  | { readonly fault: string; readonly target?: undefined; readonly options?: undefined }
  | { readonly fault?: undefined; readonly target: Target; readonly options: ClientOptions }

/** Reads an element's settings. A wrong value is a fault: a mistyped `storage` must not mean the less careful one. */
export function readSettings(host: Configurable): Settings {
  const { baseUrl, connectorId, tokenUrl, authToken, getAuthToken, storage, mode } = host
  // An empty base URL is a backend at the page's own root.
  if (typeof baseUrl !== 'string' || !URL.canParse(baseUrl || '/', location.href)) return { fault: 'base-url' }
  if (!tokenUrl && !authToken && !getAuthToken) return { fault: 'token-url' }
  if (storage && storage !== 'memory' && storage !== 'indexeddb') return { fault: 'storage' }
  if (!isMode(mode)) return { fault: 'mode' }
  return { target: readTarget(connectorId || '', host), options: readOptions(baseUrl, host) }
}

const isMode = (mode: Configurable['mode']): mode is Mode | null | undefined =>
  /^(auto|popup|redirect)$/.test(mode || 'auto')

function readTarget(connectorId: string, { connectionId, scopes, mode }: Configurable): Target {
  return {
    connectorId,
    ...(connectionId && { connectionId }),
    ...(mode && isMode(mode) && { mode }),
    ...(scopes && { scopes: typeof scopes === 'string' ? scopes.trim().split(/ +/) : scopes }),
  }
}

function readOptions(baseUrl: string, host: Configurable): ClientOptions {
  const { tokenUrl, authToken, getAuthToken, sessionKey, storage } = host
  return {
    baseUrl,
    storage: storage === 'memory' ? storage : 'indexeddb',
    ...(tokenUrl && { tokenUrl }),
    ...(authToken && { authToken }),
    // Read at every call: frameworks pass a new function at every render.
    ...(getAuthToken && { getAuthToken: () => (host.getAuthToken ?? getAuthToken)() }),
    ...(sessionKey && { sessionKey }),
  }
}

/** What is known before a form would ask for it; an element that is not rendered can show none. */
export function readEntry(
  host: HTMLElement & { readonly headless: boolean },
  inputs: InputValues | undefined,
): Pick<SessionRequest, 'inputs' | 'form'> {
  return inputs ? { inputs } : { form: !host.headless && host.checkVisibility() }
}
