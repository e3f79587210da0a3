import type { ParseArgsConfig } from 'node:util';
import type { Operator } from '../operator.ts';

/** What a command was called with. */
export interface Call {
  operator: Operator;
  /** What stands after the command’s name. */
  words: string[];
  /** Options with text; what was not given is missing. */
  text(option: string): string | undefined;
  /** Whether an option without text was given. */
  given(option: string): boolean;
  /**
   * Who, and why, for the record.
   *
   * @param usual the reason where none is given; without it there must be one
   * @throws Error where there is none
   */
  why(usual?: string): { by: string; reason: string };
}

/** A command of `npm run credit`. */
export interface Command {
  /** The words that it needs, what it does, and what else it takes: `['NUMBER', 'what the register says of it']`. */
  usage: readonly [words: string, does: string, ...more: string[]];
  /** How many words it needs at least. */
  words: number;
  options?: NonNullable<ParseArgsConfig['options']>;
  run(call: Call): Promise<void>;
}
