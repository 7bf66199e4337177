/** How a command reaches a running backend: its URL, an API key, and whose connections are meant. */

import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { type Call, createCall } from '../api/index.ts'
import { faultOfBackendUrl } from '../api/backend-url.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { type Environment, readEnvironment, readEnvFile } from './environment.ts'
import { plain } from './output.ts'

export interface RemoteOptions {
  readonly url?: string
  /** Absent: nobody named a file, and the folder's own counts. */
  readonly config?: string
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

const folderConfig = 'connector-auth.json'

/** Adds `--url` and `--config`. */
export function withRemote(command: Command): Command {
  return command
    .addOption(new Option('--url <url>', "the backend's public URL").env('CONNECTOR_AUTH_URL'))
    .option(
      '--config <path>',
      `the configuration file, whose publicUrl counts where no URL is given; ${folderConfig} where absent`,
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
 * Finds the backend and the key for it. A folder that somebody else wrote must not say where a key goes that is not its own:
 * not to this machine either, where another user may listen.
 *
 * @throws {InvalidRequestError} `invalid_configuration` where either is missing, the key would travel in the clear, or the
 *   folder names the URL and the environment the key.
 */
export async function remoteOf(options: RemoteOptions): Promise<Remote> {
  const folder = readEnvFile()
  const own = apiKeyIn(process.env)
  const typed = options.url || process.env['CONNECTOR_AUTH_URL'] || undefined
  const baseUrl = await urlOf(typed, options.config, folder)
  const apiKey = own || apiKeyIn(folder)
  if (!apiKey)
    throw invalid('There is no API key. Set CONNECTOR_AUTH_API_KEY, or run this where connector-auth init wrote .env.')
  const named = typed !== undefined || options.config !== undefined
  // A folder whose own .env has the same key learns nothing by getting it.
  if (!named && own !== undefined && own !== apiKeyIn(folder))
    throw invalid(
      `This folder says that the backend is ${plain(baseUrl)}, and your API key is of the environment. Say that it may go there: --url ${plain(baseUrl)}, or --config with the file.`,
    )
  return { baseUrl, apiKey, call: createCall({ baseUrl, getToken: () => apiKey }) }
}

const apiKeyIn = (environment: Environment) =>
  environment['CONNECTOR_AUTH_API_KEY'] || environment['CONNECTOR_AUTH_API_KEYS']?.split(',')[0] || undefined

/** What was typed or stands in the process's environment, else what the folder says. */
async function urlOf(typed: string | undefined, config: string | undefined, folder: Environment): Promise<string> {
  const text = typed || (config === undefined && folder['CONNECTOR_AUTH_URL']) || (await publicUrlOf(config))
  if (!text) throw invalid('Say which backend: --url https://app.example/connector-auth, or CONNECTOR_AUTH_URL.')
  const fault = faultOfBackendUrl(text)
  if (fault) throw invalid(`The URL of the backend ${fault}`)
  return text.replace(/\/+$/, '')
}

/** The configuration knows every record, and that takes time to load. */
async function publicUrlOf(config: string | undefined): Promise<string | undefined> {
  if (config === undefined && !existsSync(folderConfig)) return undefined
  const { readConfiguration } = await import('./configuration.ts')
  return readConfiguration(config ?? folderConfig).publicUrl
}

/**
 * Says whose connections are meant, as the API wants it.
 *
 * @throws {InvalidRequestError} `invalid_request` where nobody is named.
 */
export function ownerOf({ subject = readEnvironment()['CONNECTOR_AUTH_SUBJECT'], tenant, org, shared }: OwnerOptions) {
  if (shared !== true && !subject)
    throw new InvalidRequestError(
      'invalid_request',
      'Say whose: --subject <id> or CONNECTOR_AUTH_SUBJECT, or --shared.',
    )
  return { subject, tenant, org, owner: shared === true ? ('shared' as const) : ('user' as const) }
}

const invalid = (message: string) => new InvalidRequestError('invalid_configuration', message)
