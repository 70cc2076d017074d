/** Ids that stand in topics and files: lower case, digits and hyphens, at most 32. */
export const identifierPattern = /^[a-z0-9-]{1,32}$/
