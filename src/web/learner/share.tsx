import { giveShare, withdrawShare } from '../../share/withdraw-share.ts';
import { seenWords, WORDS_VERSION } from '../../signup/consent.ts';
import { Button } from '../ui/fields.tsx';
import { control } from './control.ts';
import type { LearnerModel } from './model.ts';

export const unshare = control({
  name: 'unshare',
  says: {
    unshared:
      'They see nothing more of you, and are told to delete what they hold. Your course goes on.',
  },
  press: async ({ ctx, token, fields }) => {
    const { kind } = await withdrawShare(ctx, token, fields.share ?? '');
    return kind === 'bad-link' ? kind : 'unshared';
  },
});

export const share = control({
  name: 'share',
  says: { shared: 'They see again what this page says.' },
  press: async ({ ctx, token, device, fields }) => {
    const { share: ref = '', words } = fields;
    const { kind } = await giveShare(ctx, { token, device, ref, words });
    if (kind === 'bad-link' || kind === 'locked') return kind;
    return kind === 'given' ? 'shared' : 'needs-device';
  },
});

/** Who sees what of the learner, and the button that ends it. */
export function ShareSection({ model }: { model: LearnerModel }) {
  const { token, shares } = model;
  if (shares.length === 0) return null;
  return (
    <section class="way-out" id="shares" aria-labelledby="shares-title">
      <h2 id="shares-title">Who sees that you take the course</h2>
      {shares.map((each) =>
        each.ended === null ? (
          <Seeing key={each.ref} token={token} share={each} />
        ) : (
          <Ended key={each.ref} model={model} share={each} />
        ),
      )}
    </section>
  );
}

type Shared = LearnerModel['shares'][number];

function Seeing({ token, share }: { token: string; share: Shared }) {
  const { ref, provider, words, claim } = share;
  return (
    <>
      <p>
        {seenWords(provider, words)} If you end it, your course goes on, and all that {provider} is
        told is which line of its files to delete.
        {(claim === 'open' || claim === 'complete') &&
          ` Your way to a certificate of ${provider} is closed with it. Should you share the course with ${provider} again, it opens as it was.`}
        {claim === 'issued' && ` Your certificate stays, and ${provider} keeps its record.`}
      </p>
      <form class="actions" method="post" action={`/learn/${token}/unshare`}>
        <input type="hidden" name="share" value={ref} />
        <Button name="go" value="yes" quiet>
          Show {provider} nothing more
        </Button>
      </form>
    </>
  );
}

function Ended({ model, share: { ref, provider } }: { model: LearnerModel; share: Shared }) {
  if (model.depth !== 'open') {
    return (
      <p>
        You have ended what {provider} sees. It can be given again on a device on which you have
        opened your private pages.
      </p>
    );
  }
  return (
    <>
      <p>
        You have ended what {provider} sees. If you let it see again: {seenWords(provider)}
      </p>
      <form class="actions" method="post" action={`/learn/${model.token}/share`}>
        <input type="hidden" name="share" value={ref} />
        <input type="hidden" name="words" value={WORDS_VERSION} />
        <Button name="go" value="yes" quiet>
          Let {provider} see it again
        </Button>
      </form>
    </>
  );
}
