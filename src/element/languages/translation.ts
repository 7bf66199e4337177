/** What a language has to say: every text of the element, and the failures that a person can meet. */

import type { FailureText } from '../failure-text.ts'
import type { OwnText } from '../text.ts'

/** A whole language. */
export type Translation = OwnText & FailureText
