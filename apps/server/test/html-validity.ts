import assert from 'node:assert/strict'
import { HtmlValidate, StaticConfigLoader } from 'html-validate'

const validator = new HtmlValidate(
  new StaticConfigLoader({
    extends: ['html-validate:standard', 'html-validate:a11y'],
    rules: {
      // WebKit drops the list role of lists without bullets; `role="list"` gives it back.
      'no-redundant-role': 'off',
      'prefer-native-element': 'off',
      // A dialog's or region's explicit name is more than its tag.
      'no-inline-style': 'error',
      'no-missing-references': 'error',
      'input-missing-label': 'error',
      'valid-id': ['error', { relaxed: true }],
    },
  }),
)

/** Fails with one line per mistake in the markup of a whole page, but for rules that it has a reason to break. */
export async function assertValidHtml(markup: string, { except = [] }: { except?: string[] } = {}): Promise<void> {
  const { results } = await validator.validateString(markup)
  const wrong = results.flatMap(({ messages }) =>
    messages
      .filter(({ ruleId }) => !except.includes(ruleId))
      .map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`),
  )
  assert.deepEqual(wrong, [])
}
