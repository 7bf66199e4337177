/** `completion`: what a shell needs to complete our commands. */

import type { Command } from 'commander'
import { InvalidRequestError } from '../protocol/errors.ts'
import type { Print } from './output.ts'

/** Each asks `connector-auth complete` at every tab, so that a newer version needs no new script. */
const scripts: Readonly<Record<string, string>> = {
  bash: `# connector-auth completion bash >> ~/.bashrc
_connector_auth() {
  local IFS=$'\\n'
  COMPREPLY=($(connector-auth complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _connector_auth connector-auth`,
  zsh: `# connector-auth completion zsh >> ~/.zshrc
_connector_auth() {
  local -a found
  found=("\${(@f)$(connector-auth complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- \${found:#} || _files
}
compdef _connector_auth connector-auth`,
  fish: `# connector-auth completion fish > ~/.config/fish/completions/connector-auth.fish
complete -c connector-auth -a '(connector-auth complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
}

/** Adds `completion`, and the hidden `complete` that its scripts ask. */
export function addCompletionCommand(program: Command, print: Print): void {
  program
    .command('completion')
    .description('prints a script that makes a shell complete these commands')
    .argument('<shell>', Object.keys(scripts).join(', '))
    .action((shell: string) => {
      const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
      if (script === undefined)
        throw new InvalidRequestError('invalid_request', `${shell} is none of ${Object.keys(scripts).join(', ')}.`)
      print(script)
    })
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => (await completionsOf(program, words)).forEach((word) => print(word)))
}

/** What may stand where the last of the words begins. */
export async function completionsOf(program: Command, words: readonly string[]): Promise<readonly string[]> {
  const begun = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  const command = before.reduce((at, word) => at.commands.find((one) => one.name() === word) ?? at, program)
  const candidates = await candidatesOf(command, before.at(-1), begun.startsWith('-'))
  return candidates.filter((word) => word.startsWith(begun))
}

async function candidatesOf(
  command: Command,
  last: string | undefined,
  wantsOption: boolean,
): Promise<readonly string[]> {
  const option = command.options.find(({ long, short }) => last !== undefined && (long === last || short === last))
  if (option && (option.required || option.optional)) return option.argChoices ?? valuesOf(option.long ?? '')
  if (wantsOption) return [...command.options.flatMap(({ long }) => (long ? [long] : [])), '--help']
  const names = command.commands.map((one) => one.name()).filter((name) => name !== 'complete')
  return names.length > 0 ? names : valuesOf(command.registeredArguments[0]?.name() ?? '')
}

/** Connector ids are known; a file or a text is left to the shell. */
async function valuesOf(name: string): Promise<readonly string[]> {
  if (name === 'shell') return Object.keys(scripts)
  const isConnector = ['connector', '--connector', '--connectors'].includes(name)
  if (!isConnector) return []
  const { catalogue } = await import('../server/index.ts')
  return Object.values(catalogue).map(({ id }) => id)
}
