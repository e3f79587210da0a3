import type { Progress } from '../../enrollment/progress.ts';
import { subscriberName } from '../../id.ts';
import { MAX_LOG } from '../../subscriber/subscriber.ts';
import { Button, FormError, TextArea } from '../ui/fields.tsx';
import logScript from './log.js?url&no-inline';

export const logScripts = [logScript];

const LOG_HINT =
  'It opens on your own devices only, and is stored encrypted. Whoever runs the course could read it all the same, if they set out to. Please write nothing that could identify a client.';

/** What the names of all drafts begin with. */
export const ALL_DRAFTS = 'log-';

/** What the names begin with under which the script keeps what a learner has not saved. */
export function draftsName(subscriberId: number): string {
  return `${ALL_DRAFTS}${subscriberName(subscriberId)}-`;
}

export interface LogModel {
  token: string;
  lesson: number;
  /** The lesson's question. */
  reflection: string;
  text: string;
  /** As it was read; 0 where nothing stood there. */
  rev: number;
  /** When it was saved, in words; null where nothing was. */
  saved: string | null;
  /** The name under which the script keeps what could not be saved. */
  draft: string;
  error?: string | undefined;
  /** What stands there now, where another page has saved something since. */
  other?: string | undefined;
}

/** What a learner writes for themselves, below the lesson's question. */
export function LogForm({ log }: { log: LogModel }) {
  return (
    <form
      class="form log"
      method="post"
      action={`/learn/${log.token}/log`}
      data-log={log.draft}
      accept-charset="utf-8"
    >
      {log.other !== undefined && (
        <FormError message="Something else was saved here since this page was opened, perhaps in another window. Your words below are not saved yet." />
      )}
      {log.other !== undefined && (
        <div class="log-other">
          <p class="label">What is saved now</p>
          <p class="log-text">{log.other}</p>
        </div>
      )}
      <input type="hidden" name="lesson" value={String(log.lesson)} />
      <input type="hidden" name="rev" value={String(log.rev)} />
      <TextArea
        name="text"
        label={log.reflection}
        hint={LOG_HINT}
        value={log.text}
        error={log.error}
        rows={7}
        maxlength={MAX_LOG}
      />
      <div class="log-foot">
        <Button name="go" value="yes">
          {log.other === undefined ? 'Save' : 'Save my words in its place'}
        </Button>
        <p class="log-status" role="status">
          {log.saved ? `Saved ${log.saved}.` : ''}
        </p>
      </div>
    </form>
  );
}

/** Tells the script whose drafts this browser keeps: of an open device its learner's, and no other's. */
export function draftsOf({ subscriberId, depth }: Pick<Progress, 'subscriberId' | 'depth'>) {
  const name = draftsName(subscriberId);
  return depth === 'closed' ? { 'data-forget': name } : { 'data-drafts': name };
}
