/**
 * Schemas of everything that crosses a boundary, written as JSON Schema with a TypeScript type riding along.
 *
 * They are ours because the browser core has 6 kB in all: the same schemas in valibot 1.5 cost 2.1 kB (min+brotli), here
 * 0.5 kB, and being JSON Schema (2020-12 subset) they go into the OpenAPI document as they are.
 */

/** The JSON Schema keywords that {@link Schema} uses. */
export interface JsonSchema {
  readonly type?: 'string' | 'integer' | 'boolean' | 'array' | 'object' | 'null'
  readonly enum?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly maxItems?: number
  readonly description?: string
}

declare const carried: unique symbol

/** A JSON Schema whose values have the type `T`. */
export interface Schema<T> extends JsonSchema {
  readonly [carried]?: T
}

/** The type of the values that a schema accepts. */
export type Infer<S> = S extends Schema<infer T> ? T : never

type Shape = Readonly<Record<string, Schema<unknown>>>
type Flat<T> = { readonly [K in keyof T]: T[K] }

interface TextLimits {
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly description?: string
}

/** A string; 2,000 characters at most unless told otherwise. */
/* @__NO_SIDE_EFFECTS__ */
export const text = (limits: TextLimits = {}): Schema<string> => ({ type: 'string', maxLength: 2_000, ...limits })

/** A whole number. */
/* @__NO_SIDE_EFFECTS__ */
export const whole = (limits: { readonly minimum?: number; readonly maximum?: number } = {}): Schema<number> => ({
  type: 'integer',
  ...limits,
})

/** `true` or `false`. */
export const flag: Schema<boolean> = { type: 'boolean' }

/** Any JSON value, kept opaque. */
export const anything: Schema<unknown> = {}

/** An array; 200 items at most unless told otherwise. */
/* @__NO_SIDE_EFFECTS__ */
export const list = <T>(items: Schema<T>, limits: { readonly maxItems?: number } = {}): Schema<readonly T[]> => ({
  type: 'array',
  items,
  maxItems: 200,
  ...limits,
})

/** An object with these fields and no others. */
/* @__NO_SIDE_EFFECTS__ */
export const object = <R extends Shape, O extends Shape = Record<never, never>>(
  required: R,
  optional?: O,
): Schema<Flat<{ [K in keyof R]: Infer<R[K]> } & { [K in keyof O]?: Infer<O[K]> }>> => ({
  type: 'object',
  properties: { ...required, ...optional },
  required: Object.keys(required),
  additionalProperties: false,
})

/** An object used as a map from names to values of one kind. */
/* @__NO_SIDE_EFFECTS__ */
export const record = <T>(values: Schema<T>): Schema<Readonly<Record<string, T>>> => ({
  type: 'object',
  additionalProperties: values,
})

/** One of these strings. */
/* @__NO_SIDE_EFFECTS__ */
export const oneOf = <const T extends readonly string[]>(...values: T): Schema<T[number]> => ({ enum: values })

/** One of these schemas, the first that fits. */
/* @__NO_SIDE_EFFECTS__ */
export const either = <S extends readonly Schema<unknown>[]>(...anyOf: S): Schema<Infer<S[number]>> => ({ anyOf })

/** A value or `null`. */
/* @__NO_SIDE_EFFECTS__ */
export const nullable = <T>(schema: Schema<T>): Schema<T | null> => ({ anyOf: [schema, { type: 'null' }] })
