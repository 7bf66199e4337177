/** Deletes what is old in small steps: a store that stood still for weeks must not stand still again for its cleaning. */

/** How many rows one statement deletes at most. */
export const atOnce = 500

/** @param forget - Deletes up to {@link atOnce} rows. */
export async function forgetAll(forget: () => Promise<{ readonly numDeletedRows: bigint }>): Promise<void> {
  for (;;) {
    const { numDeletedRows } = await forget()
    if (numDeletedRows < BigInt(atOnce)) return
    // An embedded store does its work in this thread: whoever waits for it comes first.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
