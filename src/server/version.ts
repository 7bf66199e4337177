/** The version that runs, as documents and metrics tell it. */

export const version = '0.1.0'
