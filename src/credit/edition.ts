/** Eight texts and 32 items as one frozen whole: its shape, its hashes, and what a change of it is. */

/** An item of the post-test. Its key reaches no browser before a pass. */
export interface Item {
  /** Such as `3-1`: the lesson, and its number there. */
  id: string;
  /** The id of the objective that it is about, such as `3b`. */
  objective: string;
  question: string;
  options: { id: string; text: string }[];
  /** The id of the right option. */
  key: string;
  rationale: string;
}

/** What `texts.body` holds, as canonical JSON. Blocks and references are as the build reads the lesson. */
export interface TextBody {
  title: string;
  objectives: { id: string; text: string }[];
  blocks: unknown[];
  references: unknown[];
}

/** Who made it: `editions.people`. */
export interface EditionPeople {
  /** The course's title. */
  title: string;
  /** "Name, degree" each. Nothing is adopted while one of these is empty. */
  authors: string[];
  reviewers: string[];
  itemWriters: string[];
}
