import { expect, test } from 'vitest';
import { answered, parseAnswers } from '../../src/cli/answers.ts';
import { problemsIn } from '../../src/cli/build.ts';

test('what the operator answered takes the place of the examples, and what was not answered stays', () => {
  const config = {
    vars: { BASE_URL: 'https://course.example.org', MAILER: 'resend' },
    routes: [{ pattern: 'course.example.org' }],
    d1_databases: [{ binding: 'DB', database_id: '0' }],
  };
  answered(config, parseAnswers('host: course.willow.org\ndatabase: 6d1b7a8e\n'));
  expect(config).toMatchObject({
    vars: { BASE_URL: 'https://course.willow.org', MAILER: 'resend' },
    routes: [{ pattern: 'course.willow.org', custom_domain: true }],
    d1_databases: [{ database_id: '6d1b7a8e' }],
  });
  expect(config.vars).not.toHaveProperty('MAIL_FROM');
});

test('an answer that cannot be read is named with its field', () => {
  expect(() => parseAnswers('host: https://course.willow.org\n')).toThrow(
    /^setup\.local\.yaml: host: expected a host .*without https:\/\/$/,
  );
});

test('a mistake in a lesson is said once, without a stack', () => {
  const line = 'emails/lessons/03-x.md: title: expected a title, got nothing';
  const printed = `Build failed\n\u001b[31mLessonError: ${line}\nLessonError:\n${line}\n    at build (file:///a.js:1:2)`;
  expect(problemsIn(printed)).toEqual([line]);
});
