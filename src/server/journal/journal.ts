/** Tokens that could not be stored: kept in memory and, sealed, in a file, until the store takes them. */

import type { Logger } from '../logger.ts'
import { type JournalEntry, appendLine, emptyJournal, journalStamp, readJournal, touchJournal } from './journal-file.ts'

export type { JournalEntry }

/** What waits, of this process and of others with the same file. */
export class Journal {
  /** Entries that are being stored now. */
  readonly landing = new Map<string, Promise<void>>()
  readonly #file: string | undefined
  readonly #logger: Logger
  readonly #pending = new Map<string, JournalEntry>()
  /** Entries that the file has. */
  readonly #written = new Set<string>()
  readonly #ignored = new Set<string>()
  #stamp = ''

  /** @param file - undefined: entries live in memory alone. */
  constructor(file: string | undefined, logger: Logger) {
    this.#file = file
    this.#logger = logger
    if (file === undefined) logger.warn('there is no journal for tokens: set the option journal')
    else this.#guard('the journal cannot be written; it will be missing when it is needed', () => touchJournal(file))
  }

  /** Entries about a connection's row or an auth session. */
  of(about: string): readonly JournalEntry[] {
    return this.all().filter((entry) => entry.about === about)
  }

  all(): readonly JournalEntry[] {
    this.#look()
    return [...this.#pending.values()]
  }

  /** Keeps an entry; in memory alone where the file cannot be written, which is said loudly. */
  keep(entry: JournalEntry): void {
    this.#look()
    this.#pending.set(entry.id, entry)
    this.#write(entry)
  }

  /** Writes to the file what could not be written before, or is not there any more. */
  save(): void {
    for (const entry of this.all()) if (!this.#written.has(entry.id) && this.#file !== undefined) this.#write(entry)
  }

  /** Forgets an entry that was dealt with. */
  done(entry: JournalEntry): void {
    this.#pending.delete(entry.id)
    const file = this.#file
    if (file === undefined || !this.#written.delete(entry.id)) return
    this.#guard('the journal keeps an entry that was stored; that is found out when it is read again', () => {
      const size = appendLine(file, { done: entry.id })
      if (this.#written.size === 0) emptyJournal(file, size)
    })
  }

  /** Passes over an entry that cannot be read, and leaves it in the file. */
  ignore(entry: JournalEntry): void {
    this.#pending.delete(entry.id)
    this.#ignored.add(entry.id)
  }

  /** Takes over what has been written since, by whoever it was. What has vanished still waits: only `done` ends it. */
  #look(): void {
    const file = this.#file
    if (file === undefined) return
    this.#guard('the journal cannot be read', () => {
      const stamp = journalStamp(file)
      if (stamp === this.#stamp) return
      const { entries, done, damaged } = readJournal(file)
      this.#stamp = stamp
      if (damaged > 0) this.#logger.warn('lines of the journal are damaged and were passed over', { file, damaged })
      for (const id of done) this.#pending.delete(id)
      this.#written.clear()
      for (const entry of entries) {
        this.#written.add(entry.id)
        if (!this.#ignored.has(entry.id)) this.#pending.set(entry.id, entry)
      }
    })
  }

  #write(entry: JournalEntry): void {
    const file = this.#file
    const about = { kind: entry.kind, about: entry.about }
    const alone = 'TOKENS ARE HELD IN MEMORY ALONE: neither store nor journal takes them. Do not stop this process'
    if (file === undefined) return this.#logger.error(alone, about)
    if (!this.#guard(alone, () => void appendLine(file, entry))) return
    this.#written.add(entry.id)
    this.#logger.warn('tokens were written to the journal, because the store did not take them', about)
  }

  /** @returns whether it went well. */
  #guard(message: string, work: () => void): boolean {
    try {
      work()
      return true
    } catch (error) {
      this.#logger.error(message, { file: this.#file, error })
      return false
    }
  }
}
