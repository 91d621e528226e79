import type { AchievementContent } from '../achievements/index.ts'
import { type OrganizationProfile, usualDays } from '../organizations/index.ts'
import type { DemoTranscript } from './demo-document.ts'

/** Of every demo account; printed at each start. Demo mode listens on this machine only. */
export const demoPassword = 'try lapel today'

export const demoPeople = [
  {
    email: 'priya@northfield.example',
    givenName: 'Priya',
    familyName: 'Nair',
    locale: 'en',
    role: 'issues badges for Northfield College',
  },
  {
    email: 'ines@guild.example',
    givenName: 'Inès',
    familyName: 'Lambert',
    locale: 'fr',
    role: 'issues badges for the Project Guild (French)',
  },
  {
    email: 'maya@northfield.example',
    givenName: 'Maya',
    familyName: 'Roy',
    locale: 'en',
    role: 'learner with badges, one of them waiting',
  },
  {
    email: 'ana@guild.example',
    givenName: 'Ana',
    familyName: 'Ruiz',
    locale: 'en',
    role: 'member of the Project Guild',
  },
] as const

export interface DemoOrganization {
  slug: string
  owner: string
  profile: OrganizationProfile
  templates: AchievementContent[]
  awards: {
    email: string
    name: string
    badge: string
    daysAgo: number
    outcome: 'waits' | 'accepted' | 'accepted and public'
  }[]
  transcripts: (Omit<DemoTranscript, 'issuer'> & { email: string })[]
}

const profile = {
  linkedinOrganizationId: null,
  logoHash: null,
  accent: null,
  credentialLabel: 'badge',
  claimLinkDays: 90,
  ...usualDays,
} as const

const template = {
  language: 'en',
  achievementType: 'Badge',
  tags: [],
  image: { kind: 'generated', settings: {} },
  evidenceRule: 'none',
  expiry: { kind: 'never' },
} as const satisfies Partial<AchievementContent>

export const demoOrganizations: DemoOrganization[] = [
  {
    slug: 'northfield-college',
    owner: 'priya@northfield.example',
    profile: {
      ...profile,
      name: 'Northfield College',
      description: 'A public college with evening and distance courses for working adults.',
      website: 'https://northfield.example/',
      contactEmail: 'badges@northfield.example',
    },
    templates: [
      {
        ...template,
        name: 'Data Storytelling',
        description: 'Turns a set of figures into a story that a busy reader understands and can check.',
        outcomes: [
          'Choose a chart that fits the question and the reader',
          'Write a headline that says what the figures show, and no more',
          'Name the source, the sample and what is not known',
        ],
        criteria:
          'Publish **two pieces** on open data of your choice. A reader who does not know the data must be able to say what they show after one minute.\n\n- Both pieces name their sources\n- One of them was corrected after a review by a peer',
        skills: [{ name: 'Data visualization' }, { name: 'Technical writing' }, { name: 'Research ethics' }],
        tags: ['data', 'communication'],
        hours: 24,
        altText: 'Badge with the letters DS on a dark blue ground',
        image: { kind: 'generated', settings: { shape: 'hexagon', pattern: 'rays', palette: 'ink' } },
      },
      {
        ...template,
        name: 'First Aid at Work',
        description: 'Gives first aid at a workplace until help arrives.',
        outcomes: [
          'Secure a scene and call for help',
          'Perform CPR and use a defibrillator',
          'Treat bleeding, burns and shock',
        ],
        criteria: 'Two days of training, a practical assessment with an examiner, and a written test of 30 questions.',
        skills: [{ name: 'First aid' }, { name: 'Workplace safety' }],
        tags: ['health', 'safety'],
        hours: 14,
        expiry: { kind: 'after', amount: 3, unit: 'years' },
        altText: 'Badge with the letters FAW on a red ground',
        image: { kind: 'generated', settings: { shape: 'circle', pattern: 'rings', palette: 'rust' } },
      },
    ],
    awards: [
      {
        email: 'maya@northfield.example',
        name: 'Maya Roy',
        badge: 'Data Storytelling',
        daysAgo: 40,
        outcome: 'accepted and public',
      },
      { email: 'maya@northfield.example', name: 'Maya Roy', badge: 'First Aid at Work', daysAgo: 1, outcome: 'waits' },
      { email: 'sam@northfield.example', name: 'Sam Okafor', badge: 'Data Storytelling', daysAgo: 1, outcome: 'waits' },
    ],
    transcripts: [
      {
        email: 'maya@northfield.example',
        recipient: 'Maya Roy',
        title: 'Transcript of continuing studies',
        date: '2026-06-30',
        lines: [
          ['Data Storytelling', '24', 'Passed with merit'],
          ['Research Interviews', '12', 'Passed'],
          ['First Aid at Work', '16', 'Passed'],
          ['Writing for the Public', '18', 'Passed'],
        ],
      },
    ],
  },
  {
    slug: 'project-guild',
    owner: 'ines@guild.example',
    profile: {
      ...profile,
      name: 'Project Guild',
      description: 'The association of people who plan and lead projects.',
      website: 'https://guild.example/',
      contactEmail: 'members@guild.example',
    },
    templates: [
      {
        ...template,
        name: 'Certified Scheduler, Level C',
        achievementType: 'Certification',
        description: 'Plans and controls the schedule of a project of moderate complexity.',
        outcomes: [
          'Build a schedule with dependencies, calendars and buffers',
          'Find and explain the critical path',
          'Report progress and forecast the end',
        ],
        criteria: 'A written examination, a workshop with observers, and an interview about a project of your own.',
        skills: [{ name: 'Project scheduling' }, { name: 'Risk management' }],
        tags: ['projects'],
        level: 'C',
        cpdPoints: 20,
        expiry: { kind: 'after', amount: 5, unit: 'years' },
        altText: 'Badge with the letters CSL on a green ground',
        image: { kind: 'generated', settings: { shape: 'shield', pattern: 'chevrons', palette: 'forest' } },
      },
    ],
    awards: [
      {
        email: 'ana@guild.example',
        name: 'Ana Ruiz',
        badge: 'Certified Scheduler, Level C',
        daysAgo: 12,
        outcome: 'waits',
      },
    ],
    transcripts: [],
  },
]
