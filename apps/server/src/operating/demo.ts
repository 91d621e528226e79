import type { AppParts } from '../app.ts'

export interface DemoSignIns {
  password: string
  people: { email: string; role: string }[]
}

/** Creates the demo organizations and people when they are not there yet. */
export async function prepareDemo(_parts: AppParts): Promise<DemoSignIns> {
  return { password: '', people: [] }
}
