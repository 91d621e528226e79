/** Version of the End user terms and the Privacy policy that people agree to: the day they took effect. */
export const termsVersion = '2026-11-01'
