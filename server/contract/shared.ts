import Type, { type Static, type TSchema } from 'typebox'

/** The pattern of a text that is more than blanks; who breaks it is told that something is missing. */
export const NOT_BLANK = '\\S'

/** What a person writes: it may not be blank. */
export const Written = (maxLength: number, minLength = 1) => Type.String({ minLength, maxLength, pattern: NOT_BLANK })

/** A sentence in both languages. */
export const Localized = Type.Object({ zh: Type.String(), en: Type.String() })
export type Localized = Static<typeof Localized>

/** ISO 8601 UTC instant. */
export const Instant = Type.String({ format: 'date-time' })

/** Integer minor units (分 for CNY) with an ISO 4217 currency. */
export const Money = Type.Object({ amount: Type.Integer(), currency: Type.String({ minLength: 3, maxLength: 3 }) })
export type Money = Static<typeof Money>

/** A page of a list; `next` is the cursor of the following page, null at the end. */
export const PageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()]),
    total: Type.Optional(Type.Integer()),
  })

export const PageQuery = {
  after: Type.Optional(Type.String({ maxLength: 500 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
}

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** A JSON object whose content another schema (a form definition) describes. */
export const Data = Type.Record(Type.String({ maxLength: 200 }), Type.Unknown())

/** application/problem+json (RFC 9457) with a stable code and the fields that are wrong. */
export const ProblemDocument = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  /** Both languages; the client shows the one the user reads. */
  message: Localized,
  where: Type.Optional(Type.String()),
  params: Type.Optional(Data),
  fields: Type.Optional(Type.Array(Type.Object({ path: Type.String(), code: Type.String(), message: Localized }))),
  requestId: Type.String(),
})
export type ProblemDocument = Static<typeof ProblemDocument>
