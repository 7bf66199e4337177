/** Reads files that describe OAuth clients, as other systems write them: JSON or YAML, one provider or many. */

import { basename } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { scope } from '../../protocol/ids.ts'
import { SchemaError, parse } from '../../protocol/parse.ts'
import { type Infer, type Schema, anything, either, list, object, record, text } from '../../protocol/schema.ts'
import { parseJson } from '../http/json.ts'

/** One provider of a file. */
export interface ImportedProvider {
  /** The connector's id, made of the name. */
  readonly id: string
  readonly name: string
  /** `google`, `github`, `microsoft`, or `oauth2` for any other. */
  readonly type: string
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly scopes: readonly string[]
  readonly authorizeUrl?: string | undefined
  readonly tokenUrl?: string | undefined
  readonly refreshUrl?: string | undefined
  readonly apiBaseUrl?: string | undefined
  /** Parameters of the authorization request. */
  readonly params?: Readonly<Record<string, string>> | undefined
}

const line = text({ minLength: 1, maxLength: 4_000 })
const scopeNames = either(list(scope), text())
const configuration = object(
  {},
  {
    api_base_url: text(),
    refresh_url: text(),
    additional_params: record(text()),
    authorize_url: text(),
    token_url: text(),
  },
)

/** The spellings of the known systems side by side; what a file has beyond them is left out. */
const flatProvider = object(
  {},
  {
    name: line,
    display_name: line,
    displayName: line,
    system_name: line,
    provider_name: line,
    project_id: line,
    authenticator_type: line,
    type: line,
    client_id: line,
    clientId: line,
    client_secret: line,
    clientSecret: line,
    tenantId: line,
    scopes: scopeNames,
    authorize_url: text(),
    auth_uri: text(),
    token_url: text(),
    token_uri: text(),
    refresh_url: text(),
    api_base_url: text(),
    additional_params: record(text()),
    configuration,
  },
)
type FlatProvider = Infer<typeof flatProvider>

const foreign = record(anything)

/**
 * Reads a provider file unchanged: Google's `web` and `installed`, Azure's, a flat one, a list or a map of those.
 *
 * @param file - Its name: it names a provider that has no name, and tells JSON from YAML only where the text does not.
 * @throws {InvalidRequestError} `provider_file_invalid` that names the place; the file's values are never quoted.
 */
export function readProviderFile(content: string, file: string): readonly ImportedProvider[] {
  const value = readDocument(content, file)
  const found = providersIn(value, file, nameOfFile(file))
  if (found.length === 0) throw invalid(file, 'it holds no provider with a client id')
  const ids = found.map(({ id }) => id)
  const doubled = ids.find((id, index) => ids.indexOf(id) !== index)
  if (doubled !== undefined) throw invalid(file, `two providers are named ${doubled}`)
  return found
}

function readDocument(content: string, file: string): unknown {
  if (content.length > 1_000_000) throw invalid(file, 'it is larger than 1 MB')
  try {
    // Aliases are bounded, so that a small file cannot grow into a large one; tags make no objects of classes.
    return /^\s*[[{]/.test(content) ? parseJson(content) : parseYaml(content, { maxAliasCount: 20, logLevel: 'silent' })
  } catch {
    throw invalid(file, 'it is neither JSON nor YAML, or a name stands twice in it')
  }
}

function providersIn(value: unknown, file: string, name: string): readonly ImportedProvider[] {
  if (Array.isArray(value)) {
    const several = value.length > 1
    return value.flatMap((item: unknown, index) => providersIn(item, file, several ? `${name}-${index + 1}` : name))
  }
  if (!isObject(value)) return []
  const fields = fit(foreign, value, file)
  const wrapped = fields['web'] ?? fields['installed']
  // Google's file says nothing of itself but by its shape.
  if (isObject(wrapped)) return [providerOf(fit(flatProvider, wrapped, file), file, { name, type: 'google' })]
  if ('client_id' in fields || 'clientId' in fields)
    return [providerOf(fit(flatProvider, fields, file), file, { name, type: '' })]
  return Object.entries(fields).flatMap(([key, inner]) => (isObject(inner) ? providersIn(inner, file, key) : []))
}

/**
 * The provider that one object describes, in any of the spellings.
 *
 * @throws {InvalidRequestError} `provider_file_invalid`
 */
export function readProvider(fields: object, where: string): ImportedProvider {
  return providerOf(fit(flatProvider, fields, where), where, { name: '', type: '' })
}

function providerOf(
  fields: FlatProvider,
  file: string,
  told: { readonly name: string; readonly type: string },
): ImportedProvider {
  const clientId = fields.client_id ?? fields.clientId
  if (clientId === undefined) throw invalid(file, 'client_id: is missing')
  const name = nameOf(fields) ?? told.name
  const type = typeOf(fields.authenticator_type ?? fields.type ?? told.type, [told.name, name, basename(file)], fields)
  return {
    id: connectorIdOf(fields.system_name ?? name, file),
    name,
    type,
    clientId,
    clientSecret: fields.client_secret ?? fields.clientSecret,
    scopes: scopesOf(fields.scopes),
    ...endpointsOf(fields, type),
  }
}

const nameOf = (fields: FlatProvider) =>
  fields.display_name ?? fields.displayName ?? fields.name ?? fields.provider_name ?? fields.system_name

function endpointsOf(fields: FlatProvider, type: string) {
  // What stands at the top goes before what stands under `configuration`.
  const all: FlatProvider = { ...fields.configuration, ...fields }
  const azure = type === 'microsoft' ? azureEndpoints(fields.tenantId) : {}
  return {
    authorizeUrl: all.authorize_url ?? all.auth_uri ?? azure.authorize,
    tokenUrl: all.token_url ?? all.token_uri ?? azure.token,
    refreshUrl: all.refresh_url,
    apiBaseUrl: all.api_base_url,
    params: all.additional_params,
  }
}

/** A single tenant of Azure has endpoints of its own. */
function azureEndpoints(tenantId: string | undefined): { readonly authorize?: string; readonly token?: string } {
  if (tenantId === undefined) return {}
  const base = `https://login.microsoftonline.com/${encodeURIComponent(tenantId)}/oauth2/v2.0`
  return { authorize: `${base}/authorize`, token: `${base}/token` }
}

const word = (names: string) => new RegExp(`(^|[^a-z])(${names})([^a-z]|$)`, 'i')
const guesses = { google: word('google|gmail'), github: word('github'), microsoft: word('microsoft|azure|entra') }

/** What is said; else what the names or Azure's spelling let one guess. */
function typeOf(said: string, names: readonly string[], fields: FlatProvider): string {
  for (const [type, pattern] of Object.entries(guesses)) if (pattern.test(said)) return type
  if (said !== '' && !/^oauth2?$|^generic$/i.test(said)) return 'oauth2'
  // Only Azure's own files name a tenant.
  if (fields.tenantId !== undefined) return 'microsoft'
  for (const name of names) for (const [type, pattern] of Object.entries(guesses)) if (pattern.test(name)) return type
  return fields.clientId !== undefined && fields.displayName !== undefined ? 'microsoft' : 'oauth2'
}

const scopesOf = (scopes: FlatProvider['scopes']): readonly string[] =>
  typeof scopes === 'string' ? scopes.split(/[\s,]+/).filter((name) => name !== '') : (scopes ?? [])

/**
 * A connector's id made of a name: `My CRM` → `my-crm`.
 *
 * @throws {InvalidRequestError} `provider_file_invalid` where nothing of the name is left.
 */
export function connectorIdOf(name: string, where: string): string {
  const id = name
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^[-_]+|-+$/g, '')
    .slice(0, 64)
  if (id === '') throw invalid(where, 'the name has no letter or digit of a connector id')
  return id
}

function nameOfFile(file: string): string {
  const name = basename(file).replace(/\.(json|ya?ml)$/i, '')
  // Google's download is named after the client id.
  return /^client_secret/i.test(name) ? 'google' : name
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fit<T>(schema: Schema<T>, value: unknown, file: string): T {
  try {
    return parse(schema, value, 'drop')
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    throw invalid(file, error.message)
  }
}

function invalid(file: string, what: string): InvalidRequestError {
  return new InvalidRequestError('provider_file_invalid', `${basename(file)}: ${what}.`)
}
