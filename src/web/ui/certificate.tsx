import {
  approvalInWords,
  completion,
  credits,
  licenceInWords,
  limitsOf,
  type Pictures,
  type Printed,
  reachInWords,
  signerInWords,
} from '../../credit/certificate.ts';
import { languageOf } from '../../credit/letters.ts';

interface CertificateTextProps {
  /** Null before it has one. */
  number: string | null;
  printed: Printed;
  /** The address of its page on the register. */
  register: string;
  /** False where the name is hidden. */
  named: boolean;
  /** None where a stranger reads. */
  pictures?: Pictures;
  /** It stands in a section of a page that is about more. */
  inside?: boolean;
}

/** What a certificate says, in the order in which the paper says it. */
export function CertificateText(props: CertificateTextProps) {
  const { number, printed, register, named, pictures, inside = false } = props;
  const [Title, Part] = inside ? (['h3', 'h4'] as const) : (['h1', 'h2'] as const);
  const { provider, signer } = printed;
  const format = printed.format.charAt(0).toUpperCase() + printed.format.slice(1);
  const hours = printed.hours === null ? [] : [`${credits(printed.hours)} hours`];
  return (
    <article class="certificate">
      <header>
        <Picture hash={provider.logo} pictures={pictures} alt="" />
        <p>{provider.name}</p>
      </header>
      {printed.sample && (
        <p class="certificate-sample">
          SAMPLE: made where course time can be moved. It certifies nothing.
        </p>
      )}
      <Title class="certificate-title">Certificate of completion</Title>
      {named ? (
        <>
          <p class="certificate-name" dir="auto" lang={languageOf(printed.name) ?? undefined}>
            {printed.name}
          </p>
          {printed.latinName !== null && <p class="certificate-latin">{printed.latinName}</p>}
          {printed.licences.map((licence) => (
            <p key={licenceInWords(licence)} class="certificate-small">
              {licenceInWords(licence)}
            </p>
          ))}
        </>
      ) : (
        <p class="certificate-name certificate-hidden">Name not shown</p>
      )}
      <p class="certificate-course">completed the course “{printed.title}”</p>
      <p class="certificate-small">{format}</p>
      <p>{[`Completed on ${completion(printed)}`, ...hours].join(' · ')}</p>
      {printed.approvals.length > 0 && (
        <ul>
          {printed.approvals.map((approval) => (
            <li key={approval.kind}>{approvalInWords(approval)}</li>
          ))}
        </ul>
      )}
      <div class="certificate-foot">
        <div>
          <Picture hash={signer.image} pictures={pictures} alt={`Signature of ${signer.name}`} />
          <p class="certificate-signer">{signerInWords(signer)}</p>
          <p>
            {signer.title}, {provider.name}
          </p>
          <p class="certificate-small">{reachInWords(provider)}</p>
        </div>
        <div>
          {number !== null && (
            <>
              <p class="certificate-number">Certificate {number}</p>
              <p class="certificate-small">Whether it stands, and what it must say:</p>
              <p class="certificate-small">{register}</p>
            </>
          )}
        </div>
      </div>
      {printed.approvals.length > 0 && (
        <section>
          <Part class="certificate-part">Approvals</Part>
          {printed.approvals.map((approval) => (
            <div key={approval.kind} class="certificate-approval">
              <p>{approvalInWords(approval)}</p>
              <p>{approval.statement}</p>
              {limitsOf(approval).map((limit) => (
                <p key={limit} class="certificate-small">
                  {limit}
                </p>
              ))}
            </div>
          ))}
        </section>
      )}
      {printed.objectives.length > 0 && (
        <section>
          <Part class="certificate-part">Learning objectives of “{printed.title}”</Part>
          <ul>
            {printed.objectives.map((objective) => (
              <li key={objective}>{objective}</li>
            ))}
          </ul>
        </section>
      )}
      {printed.authors.length > 0 && <p>Written by {printed.authors.join('; ')}.</p>}
    </article>
  );
}

interface PictureProps {
  hash: string | null;
  pictures: Pictures | undefined;
  alt: string;
}

function Picture({ hash, pictures, alt }: PictureProps) {
  const picture = hash === null ? undefined : pictures?.get(hash);
  return picture ? <img src={`data:${picture.type};base64,${picture.body}`} alt={alt} /> : null;
}
