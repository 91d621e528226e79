/** Hours between the second voice and the move, while an account holds one of the awards. */
export const heldHours = 72
/** The same while nobody has taken any of them. */
export const freeHours = 24
/** Days in which an issuer can vouch. */
export const openDays = 30
/** Hours in which the new mailbox is proved. */
export const proofHours = 24
