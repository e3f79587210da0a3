import { revokeLink } from '../../subscriber/revoke-link.ts';
import { Button } from '../ui/fields.tsx';
import { NotePage, WayOn } from '../ui/page.tsx';
import { control } from './control.ts';
import { Fold } from './fold.tsx';
import { ALL_DRAFTS, logScripts } from './log-form.tsx';

/** For whoever holds a link that was meant for somebody else, or has let theirs out of the house. */
export const revoke = control({
  name: 'revoke',
  says: {},
  press: async ({ c, ctx, token }) => {
    const { kind } = await revokeLink(ctx, token);
    return kind === 'bad-link' ? kind : c.html(<RevokedPage />);
  },
});

export function RevokeForm({ token }: { token: string }) {
  return (
    <Fold label="Not your course?">
      <form class="form" method="post" action={`/learn/${token}/revoke`}>
        <p>
          If this is not your course, or you have passed on a mail with its links, press the button.
          All links so far stop working, and the learner gets a mail with a new one.
        </p>
        <Button name="go" value="yes" grave>
          End all links and mail a new one
        </Button>
      </form>
    </Fold>
  );
}

function RevokedPage() {
  return (
    <NotePage title="All links have ended" room="lit" robots="noindex" scripts={logScripts}>
      <p class="lead" data-forget={ALL_DRAFTS}>
        This link and every earlier one open nothing any more. A new one is on its way to the
        address that gets the lessons.
      </p>
      <p>If this was not your course, there is nothing more to do. Thank you.</p>
      <WayOn to="front page" />
    </NotePage>
  );
}
