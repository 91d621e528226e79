import type { Problem } from './shape.ts'

/** A document we were asked to write would not be a valid one; `problems` names every place. */
export class InvalidDocument extends Error {
  override name = 'InvalidDocument'
  readonly code = 'document.invalid'
  readonly problems: Problem[]

  constructor(problems: Problem[]) {
    super(problems.map(({ path, message, remedy }) => `${path}: ${message}. ${remedy}`).join('\n'))
    this.problems = problems
  }
}

export function refuseProblems(problems: Problem[]): void {
  if (problems.length > 0) throw new InvalidDocument(problems)
}
