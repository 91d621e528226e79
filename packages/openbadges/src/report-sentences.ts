// Every reason a check can give, in English. The keys are stable: pages translate by them.

export const sentences = {
  'format.valid': 'This is an {format}.',
  'format.unusual': 'This is an {format}, written in an unusual way: {problem}',
  'format.invalid': 'This {format} is not written as the standard says: {problem}',
  'format.unreadable': 'We could not find a badge in this.',
  'format.two-descriptions':
    'The badge describes one and the same thing in two different ways, so its content is not certain.',
  'format.endorses-other': 'This endorsement is about something else.',
  'format.not-supported': 'This is a signed document, but not an Open Badge.',

  'signature.valid': 'Nothing was altered since it was signed.',
  'signature.hosted': 'The issuer’s own site shows the same badge.',
  'signature.wrong': 'The content does not match its signature: it was altered, or signed with another key.',
  'signature.missing': 'The badge carries no signature.',
  'signature.malformed': 'The signature is damaged or incomplete.',
  'signature.claims-differ': 'What is written on the signed envelope differs from the badge inside.',
  'signature.refused': 'The signature is of a kind that is not safe to accept.',
  'signature.unprotected': 'The badge has content that a signature cannot protect.',
  'signature.context-unknown':
    'The badge uses words from a vocabulary we do not know, so its signature cannot be checked.',
  'signature.unknown-kind': 'The badge is signed in a way we do not know ({kind}).',
  'signature.key-unavailable': 'The key of the signature could not be fetched.',
  'signature.too-complex': 'The badge is built so that checking it would take too long.',
  'signature.key-not-listed': 'The key it names is not among the keys of those it names.',
  'signature.key-expired': 'The key was no longer, or not yet, valid when the badge was signed.',
  'signature.hosted-different': 'The issuer’s own site does not show this badge.',
  'signature.host-unavailable': 'The issuer’s own site did not answer.',
  'signature.not-reached': 'Not checked, because the badge could not be read.',

  'issuer.domain': 'The issuer is confirmed by its site {domain}.',
  'issuer.known-here': 'This site knows the issuer; its own domain is not confirmed.',
  'issuer.confirmed-here': 'This site knows the issuer, and its domain {domain} is confirmed.',
  'issuer.no-domain': 'The issuer is known only by a key; nothing ties the key to a name.',
  'issuer.key-not-listed': 'The key is not the issuer’s: it was signed by someone else.',
  'issuer.unavailable': 'The issuer’s own page could not be fetched, so we cannot say whether the key is its own.',
  'issuer.key-unbound': 'The key came with the badge itself; nothing says that it is the issuer’s.',
  'issuer.insecure':
    'The issuer’s site {domain} answers without encryption, so anybody could have answered in its name.',
  'issuer.outside-scope': 'The badge is published at an address that is not the issuer’s.',
  'issuer.not-named': 'The badge does not say who issued it.',
  'issuer.not-reached': 'Not checked, because there is no valid signature to go by.',

  'withdrawn.no': 'The issuer has not withdrawn it.',
  'withdrawn.no-method': 'The issuer has not provided a way to find out.',
  'withdrawn.revoked': 'The issuer has withdrawn it.',
  'withdrawn.suspended': 'The issuer has suspended it for the time being.',
  'withdrawn.list-unavailable': 'The list of withdrawn badges could not be fetched.',
  'withdrawn.list-invalid': 'The list of withdrawn badges is not usable: {problem}',
  'withdrawn.unknown-kind': 'The badge says in a way we do not know ({kind}) how to find out.',
  'withdrawn.not-reached': 'Not checked, because the badge could not be read.',

  'dates.no-end': 'It has no end date.',
  'dates.current': 'It is valid until {end}.',
  'dates.expired': 'It expired on {end}.',
  'dates.not-yet': 'It is valid only from {start}.',
  'dates.unreadable': 'Its dates cannot be read.',
  'dates.not-reached': 'Not checked, because the badge could not be read.',

  'recipient.not-asked': 'We have not checked that the person showing it is the one it was issued to.',
  'recipient.match': 'It was issued to the address you entered.',
  'recipient.no-match': 'It was not issued to the address you entered.',
  'recipient.not-comparable': 'It names its recipient in a way that cannot be compared with an address.',
  'recipient.not-reached': 'Not checked, because the badge could not be read.',

  'definition.same': 'The badge is described as its issuer publishes it.',
  'definition.changed': 'The issuer now describes this badge differently: {fields}.',
  'definition.not-published': 'The description is in the badge itself; it is not published anywhere to compare with.',
  'definition.unavailable': 'The published description could not be fetched.',
  'definition.not-reached': 'Not checked, because the badge could not be read.',

  'picture.same': 'The picture is the one the issuer publishes.',
  'picture.inside': 'The picture is part of the signed badge.',
  'picture.published': 'The issuer publishes the picture at its address; the badge does not fix what it looks like.',
  'picture.different': 'The picture differs from the one the issuer publishes.',
  'picture.changed': 'The issuer’s picture was changed after the badge was signed.',
  'picture.not-a-picture': 'The address of the picture does not lead to a picture.',
  'picture.unavailable': 'The picture could not be fetched.',
  'picture.none': 'The badge has no picture.',
  'picture.not-reached': 'Not checked, because the badge could not be read.',
} as const

export type CheckCode = keyof typeof sentences
