/** What a column of an uploaded list can mean. */
export const columnFields = [
  'email',
  'name',
  'givenName',
  'familyName',
  'reference',
  'awardedOn',
  'validUntil',
  'narrative',
  'evidenceUrl',
  'evidenceName',
] as const
export type ColumnField = (typeof columnFields)[number]
/** One entry per column; `null` leaves it out. */
export type ColumnMapping = (ColumnField | null)[]

/** Headings as people write them, English and French, in the folded form of {@link fold}. */
const headings: Record<ColumnField, readonly string[]> = {
  email: [
    'email',
    'e mail',
    'mail',
    'email address',
    'e mail address',
    'mail address',
    'recipient email',
    'recipient mail',
    'student email',
    'participant email',
    'learner email',
    'work email',
    'identifier',
    'courriel',
    'adresse courriel',
    'adresse de courriel',
    'adresse electronique',
    'courrier electronique',
    'adresse e mail',
    'adresse email',
    'adresse mail',
    'mel',
    'courriel du participant',
    'courriel de l etudiant',
  ],
  name: [
    'name',
    'full name',
    'recipient name',
    'recipient',
    'earnername',
    'earner name',
    'student',
    'student name',
    'participant',
    'participant name',
    'learner',
    'learner name',
    'display name',
    'nom complet',
    'nom et prenom',
    'nom prenom',
    'prenom et nom',
    'prenom nom',
    'nom du participant',
    'nom de l etudiant',
    'etudiant',
    'apprenant',
    'beneficiaire',
    'destinataire',
  ],
  givenName: ['first name', 'firstname', 'given name', 'givenname', 'forename', 'first', 'prenom', 'prenoms'],
  familyName: ['last name', 'lastname', 'surname', 'family name', 'familyname', 'last', 'nom de famille', 'nom'],
  reference: [
    'id',
    'student id',
    'student number',
    'student no',
    'member number',
    'member id',
    'employee id',
    'employee number',
    'recipient id',
    'issuer earner id',
    'external id',
    'reference',
    'number',
    'identifiant',
    'matricule',
    'numero',
    'numero d etudiant',
    'no etudiant',
    'numero de membre',
    'numero d employe',
    'code permanent',
    'no de dossier',
    'numero de dossier',
  ],
  awardedOn: [
    'date',
    'issue date',
    'issued on',
    'issued at',
    'date issued',
    'award date',
    'awarded on',
    'completion date',
    'completed on',
    'date completed',
    'date d obtention',
    'date de delivrance',
    'delivre le',
    'date d emission',
    'date d attribution',
    'date de remise',
    'date de reussite',
    'obtenu le',
  ],
  validUntil: [
    'expiration date',
    'expiry date',
    'expiration',
    'expiry',
    'expires',
    'expires on',
    'expired on',
    'valid until',
    'valid to',
    'end date',
    'date d expiration',
    'expire le',
    'valable jusqu au',
    'valide jusqu au',
    'date d echeance',
    'echeance',
    'date de fin',
  ],
  narrative: [
    'narrative',
    'note',
    'notes',
    'comment',
    'comments',
    'remark',
    'remarque',
    'commentaire',
    'commentaires',
    'mention',
  ],
  evidenceUrl: [
    'evidence',
    'evidence url',
    'evidence link',
    'evidence address',
    'link',
    'url',
    'portfolio',
    'preuve',
    'preuves',
    'lien',
    'lien de preuve',
    'lien de la preuve',
    'adresse de la preuve',
    'url de la preuve',
  ],
  evidenceName: ['evidence name', 'evidence title', 'nom de la preuve', 'titre de la preuve'],
}

/** Lower case, without accents, punctuation as spaces. */
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
}

const looksLikeAddress = (cell: string) => /^[^\s@]+@[^\s@]+$/.test(cell.trim())

/** The first row is a heading when it holds no address and either says something known or stands above addresses. */
export function hasHeading(first: readonly string[], second: readonly string[] | undefined): boolean {
  if (first.some(looksLikeAddress)) return false
  if (guessFromHeadings(first).some((field) => field !== null)) return true
  return second?.some(looksLikeAddress) ?? false
}

/**
 * The best guess of what each column means, from its heading, then from its values. No field is given twice; what is not
 * recognized is left out.
 */
export function guessColumns(
  heading: readonly string[] | undefined,
  rows: readonly (readonly string[])[],
  count: number,
): ColumnMapping {
  const mapping = Array.from({ length: count }, (_, i) => (heading ? (guessFromHeadings(heading)[i] ?? null) : null))
  if (!mapping.includes('email')) {
    const column = mapping.findIndex(
      (field, i) => field === null && shareOf(rows, (cells) => looksLikeAddress(cells[i] ?? '')) > 0.5,
    )
    if (column !== -1) mapping[column] = 'email'
  }
  if (!heading && !mapping.includes('name')) {
    const column = mapping.findIndex(
      (field, i) => field === null && shareOf(rows, (cells) => /\p{L}{2}/u.test(cells[i] ?? '')) > 0.5,
    )
    if (column !== -1) mapping[column] = 'name'
  }
  return mapping
}

function guessFromHeadings(cells: readonly string[]): ColumnMapping {
  const taken = new Set<ColumnField>()
  const mapping: ColumnMapping = cells.map((cell) => {
    const folded = fold(cell)
    const field = columnFields.find((known) => !taken.has(known) && headings[known].includes(folded))
    if (!field) return null
    taken.add(field)
    return field
  })
  // "Nom" beside "Prénom" is the family name; alone it is the whole name.
  const alone = mapping.indexOf('familyName')
  if (alone !== -1 && !taken.has('givenName') && !taken.has('name') && fold(cells[alone] ?? '') === 'nom')
    mapping[alone] = 'name'
  return mapping
}

function shareOf(rows: readonly (readonly string[])[], test: (cells: readonly string[]) => boolean): number {
  return rows.length === 0 ? 0 : rows.filter(test).length / rows.length
}

/** What a mapping lacks before rows can be checked. */
export function missingColumns(mapping: ColumnMapping): ('email' | 'name')[] {
  const has = (field: ColumnField) => mapping.includes(field)
  return [
    ...(has('email') ? [] : (['email'] as const)),
    ...(has('name') || has('givenName') || has('familyName') ? [] : (['name'] as const)),
  ]
}
