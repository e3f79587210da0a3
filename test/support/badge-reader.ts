/**
 * Reads a badge as a program that knows nothing of ours: no JSON-LD library and none of our code. What a
 * member means stands below as the statement that it makes (RDF 1.1 N-Quads); sorted, these are what is signed.
 */

const XSD = 'http://www.w3.org/2001/XMLSchema#';
/** As the context of Open Badges spells it. */
const XSD_OF_BADGES = 'https://www.w3.org/2001/XMLSchema#';
const CREDENTIALS = 'https://www.w3.org/2018/credentials#';
const STATUS = 'https://www.w3.org/ns/credentials/status#';
const BADGES = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#';
const SECURITY = 'https://w3id.org/security#';
const SCHEMA = 'https://schema.org/';
const TYPE = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';

const CONTEXT = [
  'https://www.w3.org/ns/credentials/v2',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
];

type Json = Record<string, unknown>;

/** What a member of a node says: a text, another node, or something typed. */
type Meaning = { as: string; is: 'text' | 'iri' | { typed: string } | Shape };

interface Shape {
  types: Record<string, string>;
  members: Record<string, Meaning>;
  /** In an array, as sets are written. */
  listed?: boolean;
}

const text = (as: string): Meaning => ({ as, is: 'text' });
const iri = (as: string): Meaning => ({ as, is: 'iri' });
const typed = (as: string, type: string): Meaning => ({ as, is: { typed: type } });

const PROFILE: Shape = {
  types: { Profile: `${BADGES}Profile` },
  members: {
    name: text(`${SCHEMA}name`),
    url: typed(`${SCHEMA}url`, `${XSD_OF_BADGES}anyURI`),
  },
};

const IDENTITY: Shape = {
  types: { IdentityObject: `${BADGES}IdentityObject` },
  listed: true,
  members: {
    hashed: typed(`${BADGES}hashed`, `${XSD_OF_BADGES}boolean`),
    identityHash: text(`${BADGES}identityHash`),
    identityType: text(`${BADGES}identityType`),
    salt: text(`${BADGES}salt`),
  },
};

const ACHIEVEMENT: Shape = {
  types: { Achievement: `${BADGES}Achievement` },
  members: {
    achievementType: text(`${BADGES}achievementType`),
    name: text(`${SCHEMA}name`),
    description: text(`${SCHEMA}description`),
    criteria: {
      as: `${BADGES}Criteria`,
      is: { types: {}, members: { narrative: text(`${BADGES}narrative`) } },
    },
  },
};

const BADGE: Shape = {
  types: {
    VerifiableCredential: `${CREDENTIALS}VerifiableCredential`,
    OpenBadgeCredential: `${BADGES}OpenBadgeCredential`,
  },
  members: {
    issuer: { as: `${CREDENTIALS}issuer`, is: PROFILE },
    validFrom: typed(`${CREDENTIALS}validFrom`, `${XSD}dateTime`),
    name: text(`${SCHEMA}name`),
    credentialSubject: {
      as: `${CREDENTIALS}credentialSubject`,
      is: {
        types: { AchievementSubject: `${BADGES}AchievementSubject` },
        members: {
          identifier: { as: `${BADGES}identifier`, is: IDENTITY },
          creditsEarned: typed(`${BADGES}creditsEarned`, `${XSD_OF_BADGES}float`),
          achievement: { as: `${BADGES}achievement`, is: ACHIEVEMENT },
        },
      },
    },
    credentialStatus: {
      as: `${CREDENTIALS}credentialStatus`,
      is: {
        types: { BitstringStatusListEntry: `${STATUS}BitstringStatusListEntry` },
        members: {
          statusPurpose: text(`${STATUS}statusPurpose`),
          statusListIndex: text(`${STATUS}statusListIndex`),
          statusListCredential: iri(`${STATUS}statusListCredential`),
        },
      },
    },
  },
};

const PROOF: Shape = {
  types: { DataIntegrityProof: `${SECURITY}DataIntegrityProof` },
  members: {
    created: typed('http://purl.org/dc/terms/created', `${XSD}dateTime`),
    cryptosuite: typed(`${SECURITY}cryptosuite`, `${SECURITY}cryptosuiteString`),
    verificationMethod: iri(`${SECURITY}verificationMethod`),
    proofPurpose: iri(`${SECURITY}proofPurpose`),
  },
};

function refuse(why: string): never {
  throw new Error(`refused: ${why}`);
}

const quoted = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`;

function literal(value: unknown, type: string): string {
  let lexical = String(value);
  // A fraction is written as xsd:double writes it (JSON-LD 1.1 API, data round tripping).
  if (typeof value === 'number' && !Number.isInteger(value)) {
    lexical = value.toExponential(15).replace(/(\d)0*e\+?/, '$1E');
  }
  return `${quoted(lexical)}^^<${type}>`;
}

/** The statements of a node, and what it is called: only one has no id. */
function statementsOf(node: Json, shape: Shape): { called: string; statements: string[] } {
  const { id, type, '@context': _, ...members } = node;
  const called = typeof id === 'string' ? `<${id}>` : '_:c14n0';
  const types = type === undefined ? [] : [type].flat();
  if (types.length !== Object.keys(shape.types).length) refuse('types');
  const statements = types.map((each) => {
    const known = shape.types[String(each)];
    return `${called} ${TYPE} <${known ?? refuse(`type ${each}`)}> .`;
  });
  for (const [name, value] of Object.entries(members)) {
    const { as, is } = shape.members[name] ?? refuse(`member ${name}`);
    if (is === 'text' || is === 'iri') {
      if (typeof value !== 'string') refuse(`${name} is no text`);
      const object = is === 'text' ? quoted(value) : `<${value}>`;
      statements.push(`${called} <${as}> ${object} .`);
    } else if ('typed' in is) {
      statements.push(`${called} <${as}> ${literal(value, is.typed)} .`);
    } else {
      const [inner, ...more] = is.listed && Array.isArray(value) ? value : [value];
      if (typeof inner !== 'object' || inner === null || more.length > 0) refuse(name);
      const within = statementsOf(inner as Json, is);
      statements.push(`${called} <${as}> ${within.called} .`, ...within.statements);
    }
  }
  return { called, statements };
}

const bytesOf = (value: string) => new TextEncoder().encode(value);

/** By code point, as RDFC-1.0 sorts. */
function inOrder(one: string, other: string): number {
  const [left, right] = [[...one], [...other]];
  const at = left.findIndex((letter, index) => letter !== right[index]);
  return at < 0
    ? left.length - right.length
    : (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
}

/** The sorted lines of a badge without its proof. */
export function linesOf(badge: Json, shape: Shape = BADGE): string[] {
  return statementsOf(badge, shape).statements.sort(inOrder);
}

async function digest(lines: string[]): Promise<Uint8Array> {
  const bytes = bytesOf(lines.map((line) => `${line}\n`).join(''));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** `z` and base58 (Multibase), with no other spelling of the same bytes. */
function base58(value: string): Uint8Array<ArrayBuffer> {
  if (!value.startsWith('z')) refuse('a multibase of another kind');
  let number = 0n;
  for (const letter of value.slice(1)) {
    const digit = BASE58.indexOf(letter);
    if (digit < 0) refuse('no base58');
    number = number * 58n + BigInt(digit);
  }
  const hex = number.toString(16);
  const pairs = hex.padStart(hex.length + (hex.length % 2), '0').match(/../g) ?? [];
  const zeros = /^1*/.exec(value.slice(1))?.[0].length ?? 0;
  return Uint8Array.from([
    ...Array(zeros).fill(0),
    ...pairs.map((pair) => Number.parseInt(pair, 16)),
  ]);
}

/** What an issuer says of itself, as its address answers. */
export interface IssuerSays {
  id: string;
  verificationMethod: {
    id: string;
    type: string;
    controller: string;
    publicKeyMultibase: string;
  }[];
  assertionMethod: string[];
}

/** True where the signature under it is one of this issuer’s, over these very statements. */
export async function isGenuine(text: string, issuer: IssuerSays): Promise<boolean> {
  try {
    const { proof, ...document }: { proof: Json } & Json = JSON.parse(text);
    if (JSON.stringify(document['@context']) !== JSON.stringify(CONTEXT)) refuse('contexts');
    const { proofValue, ...config } = proof;
    if (config.cryptosuite !== 'eddsa-rdfc-2022') refuse('another suite');
    if (config.proofPurpose !== 'assertionMethod') refuse('another purpose');
    const by = (document.issuer as Json).id;
    const key = issuer.verificationMethod.find(({ id }) => id === config.verificationMethod);
    if (!key || by !== issuer.id || key.controller !== issuer.id) refuse('the key of nobody');
    if (!issuer.assertionMethod.includes(key.id) || key.type !== 'Multikey') refuse('no such key');
    const configured = { ...config, proofPurpose: `${SECURITY}assertionMethod` };
    const signed = new Uint8Array([
      ...(await digest(linesOf(configured, PROOF))),
      ...(await digest(linesOf(document))),
    ]);
    const raw = base58(key.publicKeyMultibase);
    // Multicodec ed25519-pub.
    if (raw.length !== 34 || raw[0] !== 0xed || raw[1] !== 0x01) refuse('another kind of key');
    const publicKey = await crypto.subtle.importKey('raw', raw.slice(2), 'Ed25519', false, [
      'verify',
    ]);
    return await crypto.subtle.verify('Ed25519', publicKey, base58(String(proofValue)), signed);
  } catch {
    return false;
  }
}

/** The bit of a place in a status list, as its credential has it: 1 where what has it does not stand. */
export async function bitIn(encodedList: string, place: number): Promise<number> {
  if (!encodedList.startsWith('u')) refuse('a multibase of another kind');
  const base64 = encodedList.slice(1).replaceAll('-', '+').replaceAll('_', '/');
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const bits = new Uint8Array(await new Response(stream).arrayBuffer());
  if (bits.length !== 16_384) refuse('a list of another length');
  return ((bits[place >> 3] ?? 0) >> (7 - (place & 7))) & 1;
}
