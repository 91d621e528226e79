import { inConsole } from '../organizations/index.ts'
import type { Ctx } from '../platform/http/context.ts'
import { html } from '../platform/http/html.ts'
import {
  button,
  checkbox,
  errorFor,
  field,
  type FieldError,
  fileField,
  formActions,
  messageBox,
  section,
  textarea,
} from '../platform/pages/components.ts'
import type { Batch } from './batch.ts'
import { tableLimits } from './read-table.ts'
import { postForm, stepPath, type WizardDeps, wizardPage } from './wizard-frame.ts'

export interface PeopleStep {
  batch: Batch
  badgeName: string
  needsEvidence: boolean
  typed?: Record<string, string | undefined>
  errors?: readonly FieldError[]
  /** Why one person should be looked at again before the badge is issued. */
  doubt?: string
}

/** Step 2: one person, who gets the badge at once; or a list, pasted or uploaded. */
export function peopleStep(c: Ctx, deps: WizardDeps, o: PeopleStep): Promise<Response> {
  const t = c.get('t')
  const { base } = inConsole(c)
  const typed = o.typed ?? {}
  const optionalLabel = t('component.optional')
  const error = (name: string) => errorFor(o.errors, name)
  const at = `${base}/issue/${o.batch.publicId}`
  return wizardPage(c, deps, {
    step: 'people',
    batch: o.batch,
    errors: o.errors,
    lead: t('issuing.step.people.lead', { badge: o.badgeName }),
    body: html`${section({
      heading: t('issuing.people.one'),
      id: 'one',
      framed: true,
      body: postForm(c, deps, {
        action: `${at}/person`,
        body: html`${
          o.doubt &&
          messageBox({
            kind: 'warning',
            heading: t('component.warning'),
            level: 3,
            takesFocus: true,
            body: html`<p>${o.doubt}</p>${checkbox({ name: 'again', label: t('issuing.people.again') })}`,
          })
        }${field({
          name: 'name',
          label: t('issuing.field.name'),
          hint: t('issuing.people.name.hint'),
          value: typed['name'],
          error: error('name'),
          autocomplete: 'off',
        })}${field({
          name: 'email',
          type: 'email',
          label: t('issuing.field.email'),
          hint: t('issuing.field.email.hint'),
          value: typed['email'],
          error: error('email'),
          autocomplete: 'off',
        })}${field({
          name: 'reference',
          label: t('issuing.field.reference'),
          hint: t('issuing.people.reference.hint'),
          optionalLabel,
          value: typed['reference'],
          error: error('reference'),
          autocomplete: 'off',
          width: 'medium',
        })}${field({
          name: 'evidenceUrl',
          type: 'url',
          label: t('issuing.field.evidenceUrl'),
          optionalLabel: o.needsEvidence ? undefined : optionalLabel,
          value: typed['evidenceUrl'],
          error: error('evidenceUrl'),
        })}${checkbox({
          name: 'notify',
          label: t('issuing.people.notify'),
          checked: o.typed === undefined || typed['notify'] !== undefined,
        })}${formActions(button({ label: t('issuing.people.issueOne') }))}`,
      }),
    })}${section({
      heading: t('issuing.people.upload'),
      id: 'upload',
      framed: true,
      body: postForm(c, deps, {
        action: `${at}/upload`,
        multipart: true,
        body: html`${fileField(t, {
          name: 'file',
          label: t('issuing.people.file'),
          hint: t('issuing.people.file.hint', { rows: tableLimits.rows, megabytes: tableLimits.bytes / 1024 / 1024 }),
          accept: '.csv,.tsv,.txt,text/csv,text/tab-separated-values',
          error: error('file'),
        })}${formActions(button({ label: t('issuing.people.upload.submit'), kind: 'secondary' }))}`,
      }),
    })}${section({
      heading: t('issuing.people.paste'),
      id: 'paste',
      framed: true,
      body: postForm(c, deps, {
        action: `${at}/paste`,
        body: html`${textarea(t, {
          name: 'list',
          label: t('issuing.people.list'),
          hint: t('issuing.people.list.hint'),
          value: typed['list'],
          error: error('list'),
          rows: 6,
          code: true,
        })}${formActions(button({ label: t('issuing.people.paste.submit'), kind: 'secondary' }))}`,
      }),
    })}<p><a href="${stepPath(base, o.batch, 'badge')}">${t('issuing.back.badge')}</a></p>`,
  })
}
