/** A secret in memory that cannot be printed by accident. */

import { inspect } from 'node:util'

/** Holds a secret string; printing, serializing or inspecting it shows `[redacted]`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** Gives the secret itself, at the one place that sends or seals it. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }

  [inspect.custom](): string {
    return '[redacted]'
  }
}
