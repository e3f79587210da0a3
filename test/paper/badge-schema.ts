/**
 * What Open Badges 3.0 and Verifiable Credentials 2.0 ask of a credential such as ours, member by member: written from
 * the specifications, and stricter where ours says less.
 */

const text = { type: 'string', minLength: 1 };
const address = { type: 'string', format: 'uri', pattern: '^https://' };
/** XMLSchema 1.1 dateTimeStamp. */
const instant = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' };
const multibase = { type: 'string', pattern: '^z[1-9A-HJ-NP-Za-km-z]+$' };

const only = (required: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(required),
  properties: { ...required, ...optional },
});
const types = (...all: string[]) => ({ type: 'array', const: all });

const profile = only(
  { id: address, type: types('Profile'), name: text },
  { url: { ...text, format: 'uri' } },
);

const achievement = only({
  id: address,
  type: types('Achievement'),
  achievementType: { const: 'CertificateOfCompletion' },
  name: text,
  description: text,
  criteria: only({ id: address, narrative: text }),
});

const identity = only({
  type: { const: 'IdentityObject' },
  hashed: { const: true },
  identityHash: { type: 'string', pattern: '^sha256\\$[0-9a-f]{64}$' },
  identityType: { const: 'emailAddress' },
  salt: { type: 'string', minLength: 22 },
});

const subject = only(
  {
    id: { type: 'string', pattern: '^urn:uuid:[0-9a-f-]{36}$' },
    type: types('AchievementSubject'),
    identifier: { type: 'array', items: identity, minItems: 1, maxItems: 1 },
    achievement,
  },
  { creditsEarned: { type: 'number', exclusiveMinimum: 0, multipleOf: 0.25 } },
);

const status = only({
  id: address,
  type: { const: 'BitstringStatusListEntry' },
  statusPurpose: { const: 'revocation' },
  // A string, as the specification has it.
  statusListIndex: { type: 'string', pattern: '^(0|[1-9]\\d{0,5})$' },
  statusListCredential: address,
});

const proof = only({
  type: { const: 'DataIntegrityProof' },
  cryptosuite: { const: 'eddsa-rdfc-2022' },
  created: instant,
  verificationMethod: { type: 'string', pattern: '^https://[^#]+#z6Mk[1-9A-HJ-NP-Za-km-z]{44}$' },
  proofPurpose: { const: 'assertionMethod' },
  proofValue: multibase,
});

export const badgeSchema = only({
  '@context': types(
    'https://www.w3.org/ns/credentials/v2',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  ),
  id: address,
  type: types('VerifiableCredential', 'OpenBadgeCredential'),
  issuer: profile,
  validFrom: instant,
  name: text,
  credentialSubject: subject,
  credentialStatus: status,
  proof,
});
