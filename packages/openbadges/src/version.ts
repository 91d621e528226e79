/** Name and version of this library, as reports quote them. */
export const library = '@lapel/openbadges 0.1.0'
