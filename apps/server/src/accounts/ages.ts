import type { Locale } from '../platform/i18n/messages.ts'
import { countries } from './countries.ts'

/** Where a law names no age, and where nobody said which country: the highest that the GDPR allows (Art. 8). */
export const usualAge = 16

/**
 * Age from which a person agrees to a service like this one for themselves: GDPR Art. 8 as the countries have set it,
 * United Kingdom 13, United States 13 (COPPA), Canada 14 (the strictest province, Quebec), South Korea 14. An operator
 * corrects the table where a law has changed (`AGES`).
 */
const ages: Record<string, number> = {
  ...ofAge(13, 'BE EE FI GB IS LV MT NO PT SE US'),
  ...ofAge(14, 'AT BG CA CY ES IT KR LT'),
  ...ofAge(15, 'CZ DK FR GR SI'),
  ...ofAge(16, 'DE HR HU IE LI LU NL PL RO SK'),
}

function ofAge(age: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, age]))
}

/** @param own ages that the operator has set, by country; `*` for every other. */
export function ageOf(own: Readonly<Record<string, number>>, country: string | undefined): number {
  const known = country ? (own[country] ?? ages[country]) : undefined
  return known ?? own['*'] ?? usualAge
}

/** The countries whose age is another one than everywhere else, by age, the lowest first. */
export function agesByCountry(
  own: Readonly<Record<string, number>>,
  locale: Locale,
): { age: number; countries: string[] }[] {
  const elsewhere = ageOf(own, undefined)
  const lists = new Map<number, string[]>()
  for (const { value, label } of countries(locale)) {
    const age = ageOf(own, value)
    if (age !== elsewhere) lists.set(age, [...(lists.get(age) ?? []), label])
  }
  return [...lists].map(([age, names]) => ({ age, countries: names })).toSorted((a, b) => a.age - b.age)
}
