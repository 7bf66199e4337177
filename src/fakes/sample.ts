/** Makes a text that a regular expression accepts, so that a fake has a right value for every pattern of a record. */

/** Characters that a class may stand for; the first that fit are taken. */
const alphabet = Array.from('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:/@ ~!#$%&*+=,;?|')

/**
 * Makes a text that matches a pattern as a whole.
 *
 * @throws {Error} where none is found: then the value must be given by hand.
 */
export function sample(pattern: string): string {
  const whole = new RegExp(`^(?:${pattern})$`, 'u')
  for (let attempt = 0; attempt < 60; attempt += 1) {
    const made = new Sampler(pattern, attempt).text()
    if (whole.test(made)) return made
  }
  throw new Error(`No text was found for the pattern ${pattern}. Give the value by name.`)
}

/** One walk over a pattern; `attempt` varies what is chosen where there is a choice. */
class Sampler {
  readonly #pattern: string
  readonly #attempt: number
  #at = 0
  #choices = 0

  constructor(pattern: string, attempt: number) {
    this.#pattern = pattern
    this.#attempt = attempt
  }

  text(): string {
    return this.#alternatives()
  }

  #alternatives(): string {
    const options = [this.#sequence()]
    while (this.#take('|')) options.push(this.#sequence())
    return options[this.#attempt % options.length] ?? ''
  }

  #sequence(): string {
    let made = ''
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#here())) {
      const start = this.#at
      const first = this.#atom()
      const end = this.#at
      const count = this.#count()
      const after = this.#at
      made += count > 0 ? first : ''
      for (let again = 1; again < count; again += 1) {
        this.#at = start
        made += this.#atom()
        if (this.#at !== end) break
      }
      this.#at = after
    }
    return made
  }

  #atom(): string {
    if (this.#take('^') || this.#take('$')) return ''
    if (this.#take('(')) return this.#group()
    const source = this.#single()
    if (/^\\[bB]$/.test(source)) return ''
    const literal = /^\\?([^\\])$/.exec(source)?.[1]
    if (literal && source.length === 1 && source !== '.') return literal
    return this.#character(new RegExp(`^${source}$`, 'u'))
  }

  #group(): string {
    // Look-around makes no text; whether it holds is seen at the end.
    const looks = ['?=', '?!', '?<=', '?<!'].some((mark) => this.#take(mark))
    if (!looks && !this.#take('?:') && this.#take('?<')) while (!this.#take('>')) this.#at += 1
    const made = this.#alternatives()
    this.#take(')')
    return looks ? '' : made
  }

  /** The source of one character: a class, an escape, or itself. */
  #single(): string {
    const rest = this.#pattern.slice(this.#at)
    const found =
      /^(\[(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|.)/su.exec(rest)
    const source = found?.[1] ?? ''
    this.#at += source.length || 1
    return source
  }

  #character(one: RegExp): string {
    const fits = alphabet.filter((character) => one.test(character))
    this.#choices += 1
    return fits[(this.#choices * (this.#attempt + 1) - 1) % Math.max(fits.length, 1)] ?? ''
  }

  /** How often the atom before stands: a few times where there is no end. */
  #count(): number {
    const found = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(this.#pattern.slice(this.#at))
    if (!found) return 1
    this.#at += found[0].length
    const [, mark, least = '', comma, most] = found
    if (mark) return mark === '?' ? this.#attempt % 2 : 3 + (this.#attempt % 5)
    if (!comma) return Number(least)
    return Math.min(Math.max(Number(least), 4 + (this.#attempt % 5)), most ? Number(most) : Infinity)
  }

  #here(): string {
    return this.#pattern[this.#at] ?? ''
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }
}
