import { consolePage, inConsole } from '../organizations/index.ts'
import type { Deps } from '../platform/deps.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html, type Html, type Renderable } from '../platform/http/html.ts'
import { formFields } from '../platform/http/page.ts'
import type { Translate } from '../platform/i18n/messages.ts'
import { errorSummary, stepper, type FieldError } from '../platform/pages/components.ts'
import type { Batch } from './batch.ts'

export type WizardDeps = Pick<Deps, 'config' | 'secrets' | 'db'>

const steps = ['badge', 'people', 'columns', 'check', 'review'] as const
export type WizardStep = (typeof steps)[number]

/** Address of a step of a batch, or of the start when there is none yet. */
export function stepPath(
  base: string,
  batch: Pick<Batch, 'publicId'> | undefined,
  step: WizardStep | 'progress',
): string {
  return batch ? `${base}/issue/${batch.publicId}/${step}` : `${base}/issue`
}

/** One step of the wizard: where the person stands, what is wrong, the body. Back keeps everything. */
export function wizardPage(
  c: Ctx,
  deps: WizardDeps,
  o: { step: WizardStep; batch?: Batch; body: Renderable; errors?: readonly FieldError[]; lead?: string },
): Promise<Response> {
  const t = c.get('t')
  const { base } = inConsole(c)
  const at = steps.indexOf(o.step)
  return consolePage(c, deps, {
    title: t(`issuing.step.${o.step}.title`),
    heading: t(`issuing.step.${o.step}.title`),
    lead: o.lead,
    error: (o.errors?.length ?? 0) > 0,
    body: html`${stepper(
      t,
      steps.map((step) => ({
        label: t(`issuing.step.${step}`),
        href: o.batch ? stepPath(base, o.batch, step) : undefined,
      })),
      at,
    )}${errorSummary(t, o.errors ?? [])}${o.body}`,
  })
}

/** A form of the wizard with its hidden fields. */
export function postForm(
  c: Ctx,
  deps: WizardDeps,
  o: { action: string; body: Renderable; multipart?: boolean; id?: string; inline?: boolean },
): Html {
  return html`<form method="post" action="${o.action}" class="${o.inline ? 'form-inline' : 'form'}" novalidate${
    o.multipart ? html` enctype="multipart/form-data"` : null
  }${o.id ? html` id="${o.id}"` : null}>${formFields(c, deps)}${o.body}</form>`
}

/** Errors of a form as the components want them: translated. */
export function shownErrors(
  t: Translate,
  errors: readonly { field: string; message: Parameters<Translate>[0]; values?: Record<string, string | number> }[],
): FieldError[] {
  return errors.map(({ field, message, values }) => ({ field, message: t(message, values) }))
}
