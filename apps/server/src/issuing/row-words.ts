import type { Translate } from '../platform/i18n/messages.ts'
import type { RowProblem, RowWarning } from './batch.ts'

/** What is wrong with a row, why, and what helps: "No domain ending: li.wei@northfield. Add what stands after the last dot." */
export function problemWords(t: Translate, problem: RowProblem): string {
  return t(`issuing.row.${problem.code}`, { value: problem.value, ...problem.values })
}

export function warningWords(t: Translate, warning: RowWarning): string {
  return t(`issuing.warning.${warning.code}`, warning.values)
}

/** Why an award failed though its row was fine. */
export function failureWords(t: Translate, failure: string): string {
  const known = [
    'signing.invalid',
    'signing.not-staff',
    'signing.foreign-template',
    'signing.template-changed',
    'signing.foreign-key',
    'signing.not-intended',
  ] as const
  const code = known.find((one) => one === failure)
  return code ? t(`issuing.failure.${code}`) : t('issuing.failure.other', { code: failure })
}
