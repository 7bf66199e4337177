/** Says in words what is wrong with a value: by the very rules that the backend holds it to. */

import type { Input } from '../../client/index.ts'
import { type Format, type InputFault, readInput } from '../../protocol/read-input.ts'
import type { Forms } from '../count.ts'
import type { FormScene, Kit } from './form-state.ts'

/** What is wrong with a value; undefined where nothing is. */
export function faultOf(
  input: Input,
  typed: string,
  { text, language }: FormScene,
  { count, insert }: Kit,
): string | undefined {
  try {
    const { fault } = readInput(input, typed)
    const { placeholder } = input
    if (fault?.why === 'wrong_pattern' && placeholder) return insert(text.inputPatternLike, placeholder)
    return fault && wordsOf(fault, text, (forms, number) => count(forms, number, language))
  } catch {
    // A pattern that this browser cannot read: the backend holds the value to it.
    return undefined
  }
}

function wordsOf(fault: InputFault, text: FormScene['text'], say: (forms: Forms, number: number) => string): string {
  switch (fault.why) {
    case 'missing':
      return text.inputMissing
    case 'too_long':
      return say(text.inputTooLong, fault.limit)
    case 'not_allowed':
      return text.inputNotAllowed
    case 'not_offered':
      return text.inputNotOffered
    case 'wrong_pattern':
      return text.inputPattern
    case 'wrong_format':
      return text[formatTexts[fault.format]]
  }
}

const formatTexts = {
  subdomain: 'inputSubdomain',
  hostname: 'inputHostname',
  url: 'inputUrl',
  email: 'inputEmail',
  uuid: 'inputUuid',
} satisfies Record<Format, keyof FormScene['text']>
