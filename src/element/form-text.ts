/** The texts of the form, in English. Loaded with the form. */

import type { Forms } from './count.ts'

/** What the form says beside what every card says. */
export const formText = {
  submit: 'Connect',
  optional: '(optional)',
  choose: 'Choose…',
  show: 'Show',
  showLabel: 'Show {name}',
  hide: 'Hide',
  hideLabel: 'Hide {name}',
  checkFields: 'Check what is marked.',
  unreachable: 'The connection failed. Nothing you typed is lost; try again.',
  inputMissing: 'Fill this in.',
  inputTooLong: forms({ one: 'At most {count} character.', other: 'At most {count} characters.' }),
  inputNotAllowed: 'A character in it cannot be right. Copy it once more.',
  inputLines: 'What was pasted has several lines. Copy it as one.',
  inputNotOffered: 'Choose one of the list.',
  inputPattern: 'This does not look right. Compare it with the original.',
  inputPatternLike: 'This does not look right. It looks like this: {example}',
  inputSubdomain: 'Letters, digits and hyphens only.',
  inputHostname: 'A host name, such as example.com.',
  inputUrl: 'An address that begins with https://.',
  inputEmail: 'An email address, such as ana@example.com.',
  inputUuid: 'An id, such as 2f1c3a1e-0000-4000-8000-0123456789ab.',
}

/** A text that counts: another language has other forms. */
function forms(text: Forms): Forms {
  return text
}
