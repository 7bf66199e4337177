/** `api-keys`: the host's keys of a running backend. */

import type { Command } from 'commander'
import { createApiKey, listApiKeys, revokeApiKey } from '../api/index.ts'
import { confirm } from './confirm.ts'
import { type Format, type Print, formatOption, showRows } from './output.ts'
import { type RemoteOptions, remoteOf, withRemote } from './remote.ts'

type Options = RemoteOptions & { readonly format: Format }

/** Adds `api-keys create | list | revoke`. */
export function addApiKeyCommands(program: Command, print: Print): void {
  const keys = program.command('api-keys').description("the host's API keys at a running backend")
  const remote = (name: string, description: string) =>
    withRemote(keys.command(name).description(description)).addOption(formatOption())
  remote('create', 'makes an API key and prints it: nothing shows it again')
    .requiredOption('--name <name>', 'what people call it')
    .action((options: Options & { name: string }) => create(options, print))
  remote('list', 'lists API keys by their last four digits').action((options: Options) => listKeys(options, print))
  remote('revoke', 'ends an API key, at once on every replica')
    .argument('<id>', 'as api-keys list tells it')
    .option('--yes', 'does not ask first')
    .action((id: string, options: Options & { yes?: boolean }) => revoke(id, options, print))
}

async function create(options: Options & { readonly name: string }, print: Print): Promise<void> {
  const made = await createApiKey((await remoteOf(options)).call, { name: options.name })
  print(options.format === 'json' ? JSON.stringify(made, null, 2) : made.key)
}

async function listKeys(options: Options, print: Print): Promise<void> {
  const values = await listApiKeys((await remoteOf(options)).call)
  const rows = values.map(({ id, name, lastFour, createdAt, revokedAt }) => ({
    id,
    name,
    ends: lastFour,
    created: createdAt ?? 'in the configuration',
    revoked: revokedAt,
  }))
  showRows({ values, rows, format: options.format }, print)
}

async function revoke(id: string, options: Options & { readonly yes?: boolean }, print: Print): Promise<void> {
  const { call } = await remoteOf(options)
  await confirm(`End the API key ${id}?`, options.yes)
  await revokeApiKey(call, id)
  print(options.format === 'json' ? JSON.stringify({ revoked: id }) : `${id} is ended.`)
}
