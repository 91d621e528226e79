/**
 * The same text, laid out in one piece. Engines keep a concatenated text as a tree of its parts and a slice as a
 * view of the whole; pieces that go into thousands of other texts are worth writing out once.
 */
export function flat(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}
