import type { TestContext } from 'node:test'

type Undo = () => unknown

const lists = new WeakMap<object, Undo[]>()

/**
 * Undoes something when the test ends, the last thing first, as with nested blocks.
 *
 * The hooks of `t.after` run in the order they were given and stop at the first that throws, so a
 * folder would go before the server that runs in it. Here all run, and the first error is thrown then.
 */
export function atEnd(t: Pick<TestContext, 'after'>, undo: Undo): void {
  const known = lists.get(t)
  if (known) {
    known.push(undo)
    return
  }
  const list = [undo]
  lists.set(t, list)
  t.after(async () => {
    const errors: unknown[] = []
    for (const each of list.toReversed()) {
      try {
        await each()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  })
}
