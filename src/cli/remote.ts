/** How a command reaches a running backend: its URL, an API key, and whose connections are meant. */

import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { type Call, createCall } from '../api/index.ts'
import { faultOfBackendUrl, isLocalUrl } from '../api/backend-url.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { loadEnvironment } from './environment.ts'
import { plain } from './output.ts'

export interface RemoteOptions {
  readonly url?: string
  readonly config: string
}

export interface OwnerOptions {
  readonly subject?: string
  readonly tenant?: string
  readonly org?: string
  readonly shared?: boolean
}

export interface Remote {
  readonly baseUrl: string
  readonly apiKey: string
  readonly call: Call
}

/** Adds `--url` and `--config`. */
export function withRemote(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', "the backend's public URL").env('CONNECTOR_AUTH_URL'))
    .option(
      '--config <path>',
      'the configuration file, whose publicUrl counts where no URL is given',
      'connector-auth.json',
    )
}

/** Adds what says whose connections are meant. */
export function withOwner(command: Command): Command {
  return command
    .addOption(new Option('--subject <id>', "the host's id of the person").env('CONNECTOR_AUTH_SUBJECT'))
    .option('--tenant <id>', 'the customer')
    .option('--org <id>', 'the group inside the host application')
    .option('--shared', "the tenant's own connections, instead of a person's")
}

/**
 * Finds the backend and the key for it. A folder that somebody else wrote must not say where a key goes that is not its own.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where either is missing, the key would travel in the clear, or the
 *   folder names the URL and the environment the key.
 */
export async function remoteOf(options: RemoteOptions): Promise<Remote> {
  const outer = { url: options.url || process.env['CONNECTOR_AUTH_URL'], apiKey: apiKeyIn(process.env) }
  loadEnvironment()
  const baseUrl = await urlOf(outer.url || process.env['CONNECTOR_AUTH_URL'], options.config)
  const apiKey = apiKeyIn(process.env)
  if (!apiKey)
    throw invalid('There is no API key. Set CONNECTOR_AUTH_API_KEY, or run this where connector-auth init wrote .env.')
  if (apiKey === outer.apiKey && !outer.url && !isLocalUrl(baseUrl))
    throw invalid(`This folder says that the backend is ${plain(baseUrl)}. Send your API key there with --url.`)
  return { baseUrl, apiKey, call: createCall({ baseUrl, getToken: () => apiKey }) }
}

const apiKeyIn = (environment: NodeJS.ProcessEnv) =>
  environment['CONNECTOR_AUTH_API_KEY'] || environment['CONNECTOR_AUTH_API_KEYS']?.split(',')[0]

async function urlOf(url: string | undefined, config: string): Promise<string> {
  const text = url || (existsSync(config) ? await publicUrlOf(config) : undefined)
  if (!text) throw invalid('Say which backend: --url https://app.example/connector-auth, or CONNECTOR_AUTH_URL.')
  const fault = faultOfBackendUrl(text)
  if (fault) throw invalid(`The URL of the backend ${fault}`)
  return text.replace(/\/+$/, '')
}

/** The configuration knows every record, and that takes time to load. */
async function publicUrlOf(config: string): Promise<string> {
  const { readConfiguration } = await import('./configuration.ts')
  return readConfiguration(config).publicUrl
}

/**
 * Says whose connections are meant, as the API wants it.
 *
 * @throws {InvalidRequestError} `invalid_request` where nobody is named.
 */
export function ownerOf({ subject = process.env['CONNECTOR_AUTH_SUBJECT'], tenant, org, shared }: OwnerOptions) {
  if (shared !== true && !subject)
    throw new InvalidRequestError(
      'invalid_request',
      'Say whose: --subject <id> or CONNECTOR_AUTH_SUBJECT, or --shared.',
    )
  return { subject, tenant, org, owner: shared === true ? ('shared' as const) : ('user' as const) }
}

const invalid = (message: string) => new InvalidRequestError('invalid_configuration', message)
