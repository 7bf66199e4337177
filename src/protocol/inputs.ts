/** What a person types to connect: the fields of a form, as a JSON Schema subset that a browser and a server read alike. */

import { type Infer, flag, list, object, oneOf, record, text, whole } from './schema.ts'

/** A field's name; also the placeholder `{name}` in a record's templates. */
const inputName = text({ pattern: '^[a-z][A-Za-z0-9]{0,39}$', maxLength: 40 })

/** One field of the form. */
export const input = object(
  { name: inputName, label: text({ minLength: 1, maxLength: 80 }) },
  {
    /** One sentence under the field, such as where the value is found. */
    help: text({ maxLength: 300 }),
    /** Sealed, never shown again, typed in a field that hides it. */
    secret: flag,
    /** Never shown: its `default` is the value. */
    hidden: flag,
    /** May be left empty; `default` then stands for it, else nothing. */
    optional: flag,
    default: text({ maxLength: 500 }),
    /** The only values there are. */
    enum: list(text({ maxLength: 200 })),
    /** What people read for a value of `enum`. */
    labels: record(text({ maxLength: 80 })),
    /** A regular expression that the whole value must match; the ends need not be written. */
    pattern: text({ maxLength: 300 }),
    format: oneOf('hostname', 'subdomain', 'url', 'email', 'uuid'),
    /** Stands before the field, such as `https://`; taken off where a person typed it too. */
    prefix: text({ maxLength: 80 }),
    /** Stands after the field, such as `.example.com`; taken off where a person typed it too. */
    suffix: text({ maxLength: 80 }),
    placeholder: text({ maxLength: 120 }),
    maxLength: whole({ minimum: 1, maximum: 16_384 }),
    /** What a password manager is told (HTML `autocomplete`); `off` where absent. */
    autocomplete: oneOf('username', 'current-password', 'email', 'url', 'off'),
  },
)
export type Input = Infer<typeof input>

/** What was typed, by field name. */
export const inputValues = record(text({ maxLength: 16_384 }))
export type InputValues = Infer<typeof inputValues>
