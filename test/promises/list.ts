import type { Promises } from './standing.ts';

/**
 * What we promise about behavior, by where it stands; each with the test that holds it, as
 * `path in test/: group > name`. A change of the words or of the test's name is made here, too.
 */
export const promises: Promises = {
  'README.md': [
    [
      'There is no account and no password, and nothing watches whether they read.',
      'web/headers.test.ts: every answer > is framed by nobody, loads nothing from elsewhere, runs no inline script',
    ],
    [
      'Nothing leaves the machine.',
      'env.test.ts: a local run > may post to a fake Resend on this machine without a key, but not to the real one',
    ],
    [
      'Course time moves on, stops wherever something falls due, and lesson 2 is in the mailbox.',
      'web/local.test.ts: the clock > moves forward by a duration and sends what falls due on the way',
    ],
    [
      'Move the clock again: nothing comes.',
      'delivery/course.test.ts: a course > sends nothing more once the reader has unsubscribed',
    ],
    [
      'trimmed, in small letters, bücher.example in its ASCII form, otherwise as typed.',
      'signup/addresses.test.ts: an address > %j is kept as %j: %s',
    ],
    [
      'A subscriber exists from the first signup on, and gets lessons only after confirming.',
      'journeys/course-over-http.test.ts: the course, over HTTP > sent to somebody who never pressed the button ends with that one mail',
    ],
    [
      'It records when, on which page, through which provider, and which version of the words stood beside the button.',
      'signup/addresses.test.ts: a good signup > stores what was asked, when, on which page and under which words',
    ],
    [
      'It stays pending until it is confirmed and is forgotten after 30 days if it never is.',
      'signup/mail-caps.test.ts: a signup that nobody confirms > is forgotten after 30 days, with the address and what was owed to it',
    ],
    [
      'Whoever typed an address, and in whatever form, at most one mail a day and three in 30 days come of it',
      'enrollment/new-address.test.ts: asking for a new address > mails it once a day and three times in 30 days, whoever asks, and signups count with that',
    ],
    [
      'what is counted outlives an erasure.',
      'enrollment/new-address.test.ts: asking for a new address > and being erased, and beginning again, makes room for no more',
    ],
    [
      '“This was not me”, in each of them, holds for 30 days',
      'enrollment/new-address.test.ts: “this was not me” in the mail to a new address > ends the link, ends no course, and holds for 30 days against everything',
    ],
    [
      'which shows the name and the provider and asks where forms for one address named different ones.',
      'signup/confirm.test.ts: somebody whose address was typed into forms that differ > chooses the name and the provider on the page, and nothing of the stranger’s stays',
    ],
    [
      'Opening the link changes nothing, because mail scanners open links.',
      'signup/confirm.test.ts: the page behind a confirmation link > changes nothing by being opened, however often',
    ],
    [
      'The link lives seven days.',
      'signup/confirm.test.ts: a link older than seven days > opens a page that offers a new one, and enrolls nobody',
    ],
    [
      'Confirming twice enrolls once.',
      'signup/confirm.test.ts: the button > pressed twice enrolls once, with the hour of the first press',
    ],
    [
      'A closing note follows a week after lesson 8.',
      'delivery/course.test.ts: a course > brings lesson 1 at once, then one a week at the learner’s hour, then a closing note',
    ],
    [
      'A subscriber has at most one enrollment that runs.',
      'enrollment/races.test.ts: 25 presses at once > on a new confirmation and “start again” of a course that had ended leave one that runs',
    ],
    [
      'What must not come along with a forwarded lesson (practice log, export, name, address, erasure) opens on a device after one more mailed link.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
    [
      'The next lesson is due at the first slot at least 96 hours after the previous one was accepted',
      'course/schedule.test.ts: when the next lesson is due > never follows a lesson within 96 hours',
    ],
    [
      'which in the ordinary course is a week later to the minute, through every change of the clocks.',
      'course/schedule.test.ts: when the next lesson is due > keeps the wall time when the clocks go back and forward',
    ],
    [
      'What Resend tells afterwards moves it on to delivered, bounced or complained, and never back.',
      'delivery/events.test.ts: what the mailer tells afterwards > moves a mail’s state forward only, whatever order and however often it comes',
    ],
    [
      'Up to 100 deliveries that are posted as one request under one idempotency key.',
      'delivery/course.test.ts: a course > takes a hundred at a time, each once',
    ],
    [
      'so that each repetition sends the same bytes.',
      'delivery/answers.test.ts: an answer that proves nothing > is followed by the same bytes under the same key',
    ],
    [
      'An address that is never mailed again, kept as a keyed hash',
      'delivery/events.test.ts: what the mailer tells afterwards > ends all mail to an address after a %s',
    ],
    [
      'Five mails that come back within 30 days pause a course instead',
      'delivery/events.test.ts: mails that come back > pause the course at the fifth within 30 days, and not the address',
    ],
    [
      'its page says so and mails a link that sets it going.',
      'enrollment/private.test.ts: a course that stopped because mail came back > goes on once a mailed link was opened, and not before',
    ],
    [
      'A pause of the learner’s own outlasts both.',
      'suppression/suppress.test.ts: a learner’s own pause > without a date outlives a suppression',
    ],
    [
      'A signup through it is recorded as such and stays so when it is confirmed',
      'signup/request-signup.test.ts: a provider’s form > stores the provider with the signup, and names it in the mail and on the page behind it',
    ],
    [
      'it sees what the form said: name, address, weeks sent, when they began and finished.',
      'provider/operator.test.ts: the roster > holds what the learner was told: name, address, weeks sent, finished',
    ],
    [
      'A learner ends that on their page, and the provider is told which line to delete.',
      'share/withdraw-share.test.ts: a learner who ends what a provider sees > is on its roster no more, and their number is told to whoever has a file',
    ],
    [
      'Whoever takes the course already stays with the provider they came through.',
      'provider/operator.test.ts: the roster > shows a learner to the provider they came through, and not to a second one',
    ],
    [
      'No organization sees a learner unless the form named it.',
      'provider/operator.test.ts: the roster > shows a learner to the provider they came through, and not to a second one',
    ],
    [
      'in mail to a learner it ends no course.',
      'signup/mail-caps.test.ts: “this was not me”, from a learner > keeps the notes away for 30 days, and the course goes on',
    ],
    [
      'A change of a lesson is a correction, which adoptions follow by themselves, or a revision, which a provider must accept first',
      'credit/freeze.test.ts: an edition > that revises one is not, until its provider says so',
    ],
    [
      'The text itself is kept, so that an auditor can read in years what was read today.',
      'credit/freeze.test.ts: an edition > is stored by the hash that is computed here; twice is once',
    ],
    [
      'It is never changed, only followed by another',
      'credit/adopt.test.ts: an adoption that follows another > ends it, and takes claims along that are not completed: their pages are out of date, passes stay',
    ],
    [
      'Without an approval what comes of it is a certificate of completion, and no page says credit.',
      'credit/course-information.test.ts: course information > says no word of credit without an approval',
    ],
    [
      'its provider sees it together with at least four others.',
      'credit/evaluation.test.ts: what a provider sees > is only how many there are, until there are five',
    ],
    [
      'All of it opens on a device that the learner has opened.',
      'credit/claims.test.ts: beginning > needs the device of whoever it is: a forwarded lesson opens nothing',
    ],
    [
      'What it says is frozen with the learner’s last press',
      'credit/complete.test.ts: completing > freezes what was shown, and beside it what a board asks for and no paper says',
    ],
    [
      'Whoever has the number reads at /certificates whether it stands and what the paper must say.',
      'credit/pages.test.ts: the register > says all that the paper says, to whoever has the number',
    ],
    [
      'What it says stays for as many years as the adoption names, also where its holder erases everything here.',
      'credit/issue.test.ts: what is kept of somebody who has erased > stays with the provider until its date, and then only the number stays',
    ],
    [
      'an adoption of these needs a --yes.',
      'credit/adopt.test.ts: questions that anybody can read with their keys > are warned of with their number',
    ],
  ],
  'ARCHITECTURE.md': [
    [
      'A lesson cannot be owed twice in one enrollment.',
      'delivery/walks.test.ts: a random walk through faults, goodbyes, erasures, events and changed hours > never doubles, drops, disorders or follows a goodbye',
    ],
    [
      'A missed tick catches up, a doubled one finds nothing.',
      'delivery/course.test.ts: a course > finds nothing to do at a doubled tick',
    ],
    [
      'so that somebody who waits for a confirmation does not wait behind a thousand lessons.',
      'delivery/answers.test.ts: the pace > does not let a confirmation wait behind a wave of lessons',
    ],
    [
      'Lost, doubled or late, it does no harm.',
      'delivery/doors.test.ts: a wake-up > that comes twice, or for a lane without work, does no harm',
    ],
    [
      'It posts the batch, one request each 250 ms for lessons and one a second for the other lane.',
      'mailer/resend.test.ts: a post to Resend > leaves one request a second for what people ask for, and four for lessons',
    ],
    [
      'A clear no gives the rows back, or fails the one address that was refused.',
      'delivery/answers.test.ts: an answer that proves nothing was taken > fails the one row whose address is refused; the other 99 go',
    ],
    [
      'the same bytes go out again under the same key, and Resend takes a key once.',
      'delivery/answers.test.ts: an answer that proves nothing > is followed by the same bytes under the same key',
    ],
    [
      'After 20 hours without an answer the rows are uncertain and are never sent blindly.',
      'delivery/answers.test.ts: an answer that proves nothing > becomes uncertain after 20 hours, is never posted again, and the course goes on',
    ],
    [
      'An exhausted quota or a bad key halts everything and says so in /healthz; nobody’s course is marked as failed.',
      'delivery/answers.test.ts: an answer that proves nothing was taken > halts everything on a bad key or a full quota, and fails no subscriber',
    ],
    [
      'A lesson whose text cannot be made into a mail halts that lesson alone',
      'delivery/edits.test.ts: a lesson that is edited while its mails are on their way > that was broken by the edit halts alone, and its backlog costs a tick nothing',
    ],
    [
      'A lesson more than 36 hours late waits for the learner’s next slot',
      'delivery/course.test.ts: a course > sends a lesson 35 hours late at once, and one 37 hours late at the next slot',
    ],
    [
      'at most one mail was ever accepted for a delivery, none is lost without being reported,',
      'delivery/walks.test.ts: a random walk through faults, goodbyes, erasures, events and changed hours > never doubles, drops, disorders or follows a goodbye',
    ],
    [
      'What a tick costs follows what is due and not how many are subscribed.',
      'delivery/alerts.test.ts: a tick of a course that is well > reads at most 20 rows, however many learn',
    ],
    [
      'Pausing or unsubscribing a minute before takes effect',
      'enrollment/controls.test.ts: a pause > before lesson 1 was sent holds it back until the course goes on',
    ],
    [
      'Never two lessons close together, whatever happened',
      'delivery/walks.test.ts: a random walk through faults, goodbyes, erasures, events and changed hours > never doubles, drops, disorders or follows a goodbye',
    ],
    [
      'a batch frozen before a deploy is repeated with its old words',
      'delivery/edits.test.ts: a lesson that is edited while its mails are on their way > keeps the words it was frozen with; whoever comes later gets the new ones',
    ],
    [
      'No provider is switched off by a flood, and none has to be switched on again',
      'signup/abuse.test.ts: a provider through which far more sign up than usual > is itself again ten minutes later',
    ],
    [
      'An answer is readable for the exact origins of a provider only',
      'web/embed.test.ts: what a widget reads > is not for %j',
    ],
    [
      'A double click is one signup without asking first',
      'signup/abuse.test.ts: a form of ours that is sent a second time > with the same address and a corrected name keeps the correction',
    ],
    [
      'Nothing is sent by a clock that nobody vouches for',
      'delivery/answers.test.ts: the scheduler > sends nothing where the trigger’s own time is more than an hour off',
    ],
    [
      'events about anything else of the account change nothing.',
      'delivery/events.test.ts: an event about another mail > %s changes nothing, and is not sent again',
    ],
    [
      'A mail that it took and failed to send is owed again',
      'delivery/events.test.ts: a mail that the mailer took and failed to send > for want of quota halts everything; lifted, the lesson comes, and nobody is blamed',
    ],
    [
      'and never mean another row: not after an erasure',
      'delivery/events.test.ts: an event about another mail > that is of somebody who has been erased says nothing of whoever came after them',
    ],
    [
      'one sent within two seconds is shown again with what was typed.',
      'signup/abuse.test.ts: a form that comes back faster than people type > is shown again with what was typed and the same stamp, so that the next press is slow enough',
    ],
    [
      'at most an hour old, is taken for it, once',
      'signup/abuse.test.ts: a provider through which far more sign up than usual > is opened by a stamp once: a second signup under it is shown again, and nothing is stored',
    ],
    [
      'Nothing typed is lost, and the credit is the provider’s after a press that says whose form it is',
      'embed/10_no_javascript/spec.ts: the plain form from a page that nobody named is sent once more from ours, nothing lost',
    ],
    [
      'Lessons are claimed at the moment they are about to be sent',
      'delivery/answers.test.ts: what happens while a batch is on its way > lets a changed slot decide when the next lesson comes',
    ],
    [
      'An answer that nobody can read is repeated unchanged for 20 hours, then reported',
      'delivery/answers.test.ts: an answer that proves nothing > becomes uncertain after 20 hours, is never posted again, and the course goes on',
    ],
  ],
  'src/widget/README.md': [
    [
      'a page of yours that people come to once the form is sent, on one of the provider’s origins; anything else is ignored',
      'embed/30_house_style/spec.ts: leads nowhere else: %s',
    ],
    [
      'The frame is light unless its provider’s theme or its address says otherwise:',
      'web/frame-look.test.ts: a form in a frame > is light unless its provider or its address says otherwise',
    ],
    [
      'left out where nobody could make that color out on the form’s ground.',
      'web/frame-look.test.ts: a form in a frame > leaves out an accent that nobody could make out, or that is none: %s',
    ],
    [
      'The form appears beside the tag, as often as the tag stands there',
      'embed/02_two_forms/spec.ts: are two forms: each keeps to itself, and both are taken',
    ],
    [
      'from then on nothing moves.',
      'embed/09_slow_and_failing_network/spec.ts: can be filled in before its settings are there, moves nothing in the room that is reserved, and waits to send (%i px wide)',
    ],
    [
      'up the page, without what was typed.',
      'embed/01_plain/spec.ts: tells the page what became of it, and never what was typed',
    ],
    [
      'A strict Content-Security-Policy needs two directives',
      'embed/04_strict_csp/spec.ts: two directives are enough, also where no markup may be parsed and no referrer is sent',
    ],
    [
      'Only pages of the provider’s origins may frame it.',
      'web/embed.test.ts: the form for a frame > may be framed by its provider’s pages only, and says nothing to caches',
    ],
    [
      'without it the frame keeps its height, and everything works.',
      'embed/06_iframe_snippet/spec.ts: works without a script, at the height that the snippet gives',
    ],
    [
      'anything else leads to our own page.',
      'signup/addresses.test.ts: a good signup > leads nowhere else, whatever `redirect` says',
    ],
    [
      'the form is shown once more on our own page, with what was typed and its redirect.',
      'embed/10_no_javascript/spec.ts: the plain form from a page that nobody named is sent once more from ours, nothing lost',
    ],
    [
      'Consent is stored with the page that showed the form, without its query, whichever way it came.',
      'web/embed.test.ts: the page that showed the form > is stored with a signup through %s: its path, and no query',
    ],
    [
      'or the browser keeps it to itself as Safari and Firefox’s private windows do, it is the site alone.',
      'web/embed.test.ts: the page that showed the form > is the site, where %s and the browser tell no more',
    ],
    [
      'one request for its settings, one to sign up, no more.',
      'embed/01_plain/spec.ts: takes a signup, credits the provider, and asks for nothing but script, settings and answer',
    ],
    [
      'It sets no cookie, stores nothing,',
      'embed/01_plain/spec.ts: takes a signup, credits the provider, and asks for nothing but script, settings and answer',
    ],
    [
      'changes nothing outside its own element',
      'embed/03_hostile_css/spec.ts: the form is whole under rules that sweep over everything, and the page keeps its own',
    ],
    [
      'it shows a plain link to the course’s own page, says why in the console once',
      'embed/13_wrong_origin/spec.ts: shows a plain link and one clear reason, never a blank',
    ],
    [
      'and never loses what was typed.',
      'embed/09_slow_and_failing_network/spec.ts: that lets nothing through keeps what was typed, offers another try, and takes it',
    ],
    [
      'the old one works for 30 days more (--overlap 0, 7, 90), or until end-key;',
      'provider/keys.test.ts: a key that was replaced > is taken beside the new one for 30 days, in the provider’s name, and then says so',
    ],
    [
      'Nothing is kept of who loaded it or how often',
      'provider/sightings.test.ts: a page on which a browser loads the form > is noted with how it loads it and with which key, and nothing of who it was',
    ],
    [
      'it is forgotten after 90 days.',
      'provider/sightings.test.ts: a page on which a browser loads the form > is forgotten when nobody has loaded it for 90 days, and not before',
    ],
    [
      'forms with the old one say so and lead to our own page',
      'provider/operator.test.ts: a provider > with a new key takes signups by that one, and a form with the old one says so',
    ],
    [
      'a limit for each client (of IPv6, each /64)',
      'signup/rate-limit.test.ts: a client that signs up too often > at %s is counted as %s: a line of IPv6 has a whole network of addresses',
    ],
    [
      'a hidden field (where something has filled it in, the form is shown again)',
      'signup/request-signup.test.ts: the field that nobody sees > filled in, by a password manager too, shows the form again, and the next press is taken',
    ],
    [
      'and two seconds between showing a form of ours and sending it.',
      'signup/abuse.test.ts: a form that comes back faster than people type > is shown again with what was typed and the same stamp, so that the next press is slow enough',
    ],
    [
      'More than 60 signups through one provider within ten minutes have its forms lead to our own page, where people still sign up through it',
      'signup/abuse.test.ts: a provider through which far more sign up than usual > has its forms lead to our own page, where people still sign up through it',
    ],
    [
      'other providers notice nothing',
      'signup/abuse.test.ts: a provider through which far more sign up than usual > touches no other provider and not our own form',
    ],
    [
      'and the operator is told (/healthz, ALERT_URL).',
      'signup/abuse.test.ts: a provider through which far more sign up than usual > is told to the operator, and mail is not thought to have stopped',
    ],
    [
      'every signup must pass its check instead',
      'signup/abuse.test.ts: with Turnstile’s keys set > a signup through %s needs its check, once, and is refused without',
    ],
    [
      'in a parent that shrinks to what is in it, 20rem, or less where the window is small.',
      'embed/20_parents/spec.ts: is wide enough to be used in every one of them: %s',
    ],
    [
      'there the form takes the nonce of its tag, and without one it works and looks plain.',
      'embed/26_old_safari/spec.ts: under a policy that takes no style of others it is plain, whole, and takes a signup',
    ],
  ],
  'src/cli/README.md': [
    [
      'a mail that is on its way keeps its words.',
      'delivery/edits.test.ts: a lesson that is edited while its mails are on their way > keeps the words it was frozen with; whoever comes later gets the new ones',
    ],
    [
      'A setting that is missing or wrong is named by /healthz and in the log, every page answers 503, and nothing is sent.',
      'web/settings.test.ts: with a setting that is missing or wrong > (%s) every door answers 503, and only the log says which',
    ],
    [
      'what carries mail; mailbox works on loopback addresses only',
      'web/settings.test.ts: with the settings of a local run > nobody is served who asks for %s',
    ],
    [
      'whether /clock exists; movable works on loopback addresses only',
      'web/settings.test.ts: with the settings of production > there is no mailbox and no clock to move',
    ],
    [
      'the postal address that each mail must carry',
      'emails/mails.test.ts: the mail %s > can be left by a link unless it may be a stranger’s, and says who sends it',
    ],
    [
      'mails a UTC day; beyond it lessons wait',
      'delivery/answers.test.ts: the pace > delays lessons beyond the daily cap to the next day and drops none',
    ],
    [
      'each problem at once and again every hour',
      'delivery/alerts.test.ts: whoever reads ALERT_URL > hears of a problem at once, and then every hour for as long as it lasts',
    ],
    [
      'and once with no problems when all is well again',
      'delivery/alerts.test.ts: whoever reads ALERT_URL > hears once that the course is well again',
    ],
    ['It uploads nothing.', 'deploy/deploy.test.ts: a dry run of the deploy > uploads nothing'],
    [
      'npm run deploy refuses as long as one of them is still an example, and names it.',
      'deploy/deploy.test.ts: a deploy is refused > while an example stands, each by its name',
    ],
    [
      'refuses a build that does not say resend and real or lacks a binding',
      'deploy/deploy.test.ts: a deploy is refused > for a %s with which the Worker would send nothing',
    ],
    [
      'looks for the secrets',
      'deploy/deploy.test.ts: a deploy is refused > until every secret is set, naming those that are not',
    ],
    [
      'it answers 503 when mail has stopped flowing, and holds no personal data.',
      'web/healthz.test.ts: /healthz > carries no personal data, whatever is wrong',
    ],
    [
      'this should answer 404 with a page of the course, and no challenge',
      'enrollment/unsubscribe.test.ts: a POST to an unsubscribe link > that is damaged is answered with 404 and a way to write to us, and changes nothing',
    ],
    [
      'a hard bounce or a complaint suppresses its address at once',
      'delivery/events.test.ts: what the mailer tells afterwards > ends all mail to an address after a %s',
    ],
    [
      'warns up to three days before the cap would push a lesson past those 36 hours',
      'delivery/answers.test.ts: the pace > warns before the cap holds a lesson back for over 36 hours: %s',
    ],
    [
      'what is being sent keeps its words and its key.',
      'delivery/answers.test.ts: what happens while a batch is on its way > makes the same bytes after a deploy with a new key and new settings',
    ],
    [
      'New links are signed with the first, all are accepted.',
      'token.test.ts: when signing keys are rotated > the newest key signs, and links of an older one that is still listed open',
    ],
    [
      'Removing an old key ends every personal link that it signed',
      'enrollment/learner-page.test.ts: a learner’s link > opens with an older key that is still listed, and not with one that was removed',
    ],
    [
      'what is in a batch that has no answer yet goes when that settles',
      'enrollment/erase-subscriber.test.ts: an erasure while a batch is on its way > finishes after 20 hours also where no answer ever comes',
    ],
    [
      'What was not accepted is owed as before; only a lesson after which a later one was sent comes as an extra mail',
      'delivery/settle.test.ts: an uncertain batch > that was not accepted is sent outside the order where a later lesson has been',
    ],
    [
      'Who, when and why is kept with each of these',
      'web/operator.test.ts: the operator > ends the lessons of whoever asks for it, once, and says who did so and why',
    ],
    [
      'holds JSON lines with ids and counts, never addresses',
      'web/operator.test.ts: nobody else > learns an address or the token from the log',
    ],
    [
      'LOG_KEY seals what learners write for themselves',
      'enrollment/sealed-log.test.ts: the practice log at rest > says nothing to whoever holds the database, and everything to its writer',
    ],
    [
      'where it is lost, nobody can read that again.',
      'enrollment/sealed-log.test.ts: LOG_KEY > lost: the page says so, nothing is written over, everything else goes on',
    ],
    [
      'What was mailed stays mailed, and what people wished since stays so: two commands see to it.',
      'restore/walks.test.ts: a fortnight of everything, and then a restore > is as it was before, and mails nobody twice',
    ],
    [
      'which Git ignores and only you can read.',
      'cli/restore.test.ts: what is taken along > lies in a file that its owner alone can read',
    ],
    [
      'what Resend has is sent and does not go out again, what it does not have is owed as before.',
      'restore/restore.test.ts: what was mailed stays mailed > nor where nothing could be taken along: Resend’s record shows it',
    ],
    [
      'It looks at every promise, says what it found, and lifts nothing',
      'restore/restore.test.ts: the two commands > lift nothing, send nothing, and say no address',
    ],
    [
      'Both may stop anywhere and be run again.',
      'restore/crashes.test.ts: a restore that stops anywhere and is run again > %s',
    ],
    [
      'Every personal link then ends',
      'restore/restore.test.ts: what people wished stays so > what nobody could take along is said, and every personal link ends',
    ],
    [
      'everybody of the staff has to enter anew',
      'restore/staff.test.ts: after the database has gone back, of the staff > everybody has to enter anew where nobody can know who was removed',
    ],
    [
      'erases again whoever was erased since',
      'restore/restore.test.ts: what people wished stays so > nobody who was erased returns, nor their log; not even with another address',
    ],
    [
      'which Git ignores',
      'cli/restore.test.ts: what is taken along > is in a folder that Git ignores',
    ],
  ],
  'SECURITY.md': [
    [
      'asks for a page of a provider’s own sites alone, wherever that leads',
      'provider/check-page.test.ts: a page that leads on > to another place is not followed: %s',
    ],
    [
      'hands on findings in our own words, nothing of what the page says.',
      'provider/check-page.test.ts: a look at a page that carries the form > hands on nothing of what the page says',
    ],
    [
      'A provider may look 20 times an hour.',
      'provider/check-page.test.ts: looking > more than 20 times within an hour is refused, and asks nobody',
    ],
    [
      'pixels that would unpack to more than they show are refused',
      'provider/looks.test.ts: a picture > that would unpack to more than it shows is refused, and not unpacked',
    ],
    [
      'a logo is served under its digest with a policy that lets it do nothing.',
      'provider/looks.test.ts: a logo > is kept under its digest, served from there alone, and may do nothing',
    ],
    [
      'has settings for pages of ours alone, may be framed by us alone, and signs nobody up.',
      'portal/form.test.ts: a preview > signs nobody up, in any way, and counts nothing',
    ],
    [
      'The page that mails a lost link says and does the same for every address, and counts with them.',
      'signup/way-back.test.ts: asking for it > with the address of %s is answered as for nobody, with the same work',
    ],
    [
      'Log lines carry ids and counts.',
      'web/operator.test.ts: nobody else > learns an address or the token from the log',
    ],
    [
      'Suppressions hold keyed hashes.',
      'token.test.ts: an address’s hash > is 64 hexadecimal digits, the same each time, and says nothing without the key',
    ],
    [
      'for one purpose with a key that can be rotated',
      'token.test.ts: a link’s token > opens for one purpose only',
    ],
    [
      'A confirmation link lives seven days.',
      'signup/confirm.test.ts: a link older than seven days > opens a page that offers a new one, and enrolls nobody',
    ],
    [
      'Pages behind a link are not cached, not indexed, load nothing from elsewhere, and tell no other site their address.',
      'web/headers.test.ts: every page behind a personal link > reaches no cache, no referrer and no search engine, whatever its answer',
    ],
    [
      'Unsubscribe links work for good, whatever was rotated, and begin nothing',
      'enrollment/unsubscribe.test.ts: a POST to an unsubscribe link > is honored after the signing keys were rotated and every other link was revoked',
    ],
    [
      'good for a day, and opens no page.',
      'subscriber/take-back.test.ts: an unsubscribing by mistake > opens no page of the learner’s, because the link that ended it may have been passed on',
    ],
    [
      'Verified on the raw bytes with the webhook’s own secret',
      'delivery/events.test.ts: the webhook > refuses %s and records nothing',
    ],
    ['A bearer token of 32 characters or more', 'web/operator.test.ts: nobody else > gets in %s'],
    [
      'open on one device after a link mailed to the current address, good for 15 minutes and once',
      'enrollment/private.test.ts: a device > is not opened by a GET, without the button, after 15 minutes, or by an older link',
    ],
    [
      'which sets a __Host- cookie for 90 days.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
    [
      'A changed address tells the old one, which can undo it for seven days',
      'enrollment/private.test.ts: a new address > is undone by the earlier one within seven days, with everything in place',
    ],
    [
      'the log stays locked meanwhile.',
      'enrollment/private.test.ts: a new address > keeps log, export, address and erasure shut for seven days',
    ],
    [
      'Opening a link changes nothing.',
      'web/reading.test.ts: reading > changes no row and sends nothing, whatever address is opened',
    ],
    [
      'Every button carries a value that a script’s bare submit lacks.',
      'enrollment/controls.test.ts: every control > does nothing without the button’s own value',
    ],
    [
      'Only links to unsubscribe and “this was not me” act on what a mail program posts',
      'enrollment/unsubscribe.test.ts: a POST to an unsubscribe link > %s ends the lessons, without a redirect or a cookie',
    ],
    [
      'the forms on their own pages need the button.',
      'enrollment/unsubscribe.test.ts: the page behind an unsubscribe link > ends nothing when a scanner’s script sends its form without the button, and does with it',
    ],
    [
      'Every button of a learner’s pages works from our own pages only',
      'web/origin.test.ts: every address that takes a POST > of ours refuses what another site sends, and the others take it',
    ],
    [
      'A signup answers the same, and does the same work, for a new, pending, confirmed or suppressed address.',
      'signup/same-answer.test.ts: a signup > for %s is answered as for nobody, with the same work',
    ],
    [
      'Mail that strangers can cause is capped for each address',
      'signup/mail-caps.test.ts: the mail that a stranger can cause > is three in 30 days',
    ],
    [
      'and signups for each client address.',
      'signup/rate-limit.test.ts: the platform’s own limit > takes ten signups of a client in a minute, and not the next ones',
    ],
    [
      'Bodies and fields are bounded.',
      'signup/request-signup.test.ts: a body far beyond what the form takes > is refused wherever a form is taken',
    ],
    [
      'Names are plain text, escaped wherever they are shown, and left out of mails when they hold a link.',
      'signup/naughty-strings.test.ts: a name in a mail > is shown as it is or left out, changes no element, and reaches no header',
    ],
    [
      'A strict Content-Security-Policy with nothing from elsewhere, no framing',
      'web/headers.test.ts: every answer > is framed by nobody, loads nothing from elsewhere, runs no inline script',
    ],
    [
      'no framing, and no cookie but those named above.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
    [
      'which may be framed by the exact origins of its provider.',
      'web/embed.test.ts: the form for a frame > stays the one exception: an unknown key, and every other page, is framed by nobody',
    ],
    [
      'With Turnstile’s keys set, pages with the form also load its script and frame.',
      'signup/abuse.test.ts: with Turnstile’s keys set > our forms carry it, and only their pages may load it',
    ],
    [
      'Answers are readable (CORS) for the exact origins that a provider named, never with credentials.',
      'web/embed.test.ts: what a widget reads > is readable for the provider’s own origin, for five minutes, and carries no cookie',
    ],
    [
      'The script stores nothing, parses no markup',
      'embed/04_strict_csp/spec.ts: two directives are enough, also where no markup may be parsed and no referrer is sent',
    ],
    [
      'A frame’s height is taken from the course’s own origin only, as a number within bounds.',
      'embed/06_iframe_snippet/spec.ts: listens to nobody but the frame’s own page, and to nothing but a height',
    ],
    [
      'redirect leads to the provider’s origins or to our own page.',
      'web/embed.test.ts: a plain form on a provider’s page > comes back to a page of the provider’s, where it names one',
    ],
    [
      'Every form runs the same checks, whichever way it came.',
      'web/embed.test.ts: the form for a frame > is subject to the burst limit like every form',
    ],
    [
      'no other provider is touched.',
      'signup/abuse.test.ts: a provider through which far more sign up than usual > touches no other provider and not our own form',
    ],
    [
      'If Turnstile is set and does not answer, nobody is let in.',
      'signup/abuse.test.ts: with Turnstile’s keys set > nobody is let through while it %s, and what was typed is kept',
    ],
    [
      'A provider is shown who confirmed through it',
      'provider/operator.test.ts: the roster > holds what the learner was told: name, address, weeks sent, finished',
    ],
    [
      'Cells that a spreadsheet would run are made text.',
      'cli/providers.test.ts: a cell > with %j is no formula (a quote before it: %s): %s',
    ],
    [
      'work only where BASE_URL and the request’s host are loopback addresses',
      'web/settings.test.ts: with the settings of a local run > nobody is served who asks for %s',
    ],
    [
      'npm run deploy refuses a build with any of them.',
      'deploy/deploy.test.ts: a deploy is refused > for a plain build, because that holds the local settings',
    ],
    [
      'Invocation logs are off',
      'deploy/deploy.test.ts: what is built for production > keeps the addresses of requests, and so the links in mails, out of the logs',
    ],
    [
      'It does not show the email address, the log or the export, and changes neither name nor address.',
      'enrollment/learner-page.test.ts: the learner’s page > shows no address, and links to the learner’s own way out',
    ],
    [
      '“This link was sent to somebody else” on that page ends every link mailed before.',
      'enrollment/private.test.ts: a link that was sent to somebody else > ends with all the others, and the learner gets a new one',
    ],
    [
      'a form without its stamp is taken',
      'signup/addresses.test.ts: a good signup > sends a browser to the page about the inbox, and answers a program in JSON',
    ],
    [
      'the caps on mail per address are exact.',
      'signup/mail-caps.test.ts: the mail that a stranger can cause > is one, however many type it in at the same moment',
    ],
    ['It goes out over https only', 'cli/ops.test.ts: npm run ops > says what is wrong with %j'],
    [
      'what is done with it is kept with a name that its holder chooses.',
      'web/operator.test.ts: the operator > ends the lessons of whoever asks for it, once, and says who did so and why',
    ],
    [
      'An event counts only where sender, recipient and a keyed digest that the mail carries are those of the row that it names',
      'delivery/events.test.ts: an event about another mail > %s changes nothing, and is not sent again',
    ],
    [
      'and it is applied once.',
      'delivery/events.test.ts: an event that was told before > is applied once where it comes twice at the same moment',
    ],
    [
      'a copy of the database alone reads nothing',
      'enrollment/sealed-log.test.ts: the practice log at rest > says nothing to whoever holds the database, and everything to its writer',
    ],
    [
      'and with the learner the salt is deleted.',
      'enrollment/sealed-log.test.ts: the practice log at rest > is nothing any more once its learner is erased, although the key is still there',
    ],
    [
      'Words that could not be saved stay in the learner’s own browser for an hour at most.',
      'browser/learner.test.ts: the learner’s page in a browser > keeps what could not be saved for an hour, on an open device, and for nobody else',
    ],
    [
      'it tells dates, opens nothing else, and ends with the other links.',
      'enrollment/private.test.ts: the calendar > is read by an address of its own, which opens nothing else',
    ],
    [
      'Only links to unsubscribe and “this was not me” act on what a mail program posts',
      'enrollment/new-address.test.ts: “this was not me” in the mail to a new address > works by the mail program’s own button, and long after everybody is gone',
    ],
    [
      'closing the device deletes it, ending the links, changing the address and erasing delete all.',
      'enrollment/private.test.ts: a device > ends with the links, with a change of address, and with its learner',
    ],
    [
      'No key and no rationale reaches a browser before a pass',
      'credit/post-test.test.ts: the pages of the test > show nothing of a key, of a rationale or of an option’s id',
    ],
    [
      'Answers merge only while the try is open, and are graded once.',
      'credit/hand-in.test.ts: a test that is handed in > by two presses at once has one grade, and a third changes nothing',
    ],
    [
      'A provider sees them five or more at a time.',
      'credit/evaluation.test.ts: what a provider sees > moves by five people or more, or not at all, however often it is looked at',
    ],
    [
      'the same for one that nobody has and for one that nobody can have',
      'credit/pages.test.ts: the register > answers a number that nobody has as it answers one that nobody can have',
    ],
    [
      'slows down whoever asks over and over',
      'credit/pages.test.ts: the register > is not asked over and over from one network',
    ],
    [
      'after an erasure it says that there was one, and nothing of what it said.',
      'credit/pages.test.ts: the register > says of an erased holder’s that it was issued, and never that there is none',
    ],
    [
      'Editions and adoptions are kept under their SHA-256 and never written anew.',
      'credit/adopt.test.ts: an adoption > stands as it was agreed to, under its SHA-256, with who agreed and when; one act',
    ],
  ],
  'emails/templates/address-changed.tsx': [
    [
      'If not, undo it within 7 days.',
      'enrollment/private.test.ts: a new address > is undone by the earlier one within seven days, with everything in place',
    ],
    [
      'this is the last email to this address.',
      'enrollment/private.test.ts: a new address > with a lesson on its way: that one goes to the earlier address, once, and the course goes on',
    ],
    [
      'The link works for 7 days.',
      'enrollment/private.test.ts: a new address > cannot be undone after seven days, nor confirmed after 15 minutes',
    ],
    [
      'Until then your practice log stays closed to everyone, and nothing of it can be exported or erased from the new address.',
      'enrollment/private.test.ts: a new address > keeps log, export, address and erasure shut for seven days',
    ],
  ],
  'emails/templates/address.tsx': [
    [
      'If you didn’t ask for this, do nothing.',
      'enrollment/private.test.ts: a new address > cannot be undone after seven days, nor confirmed after 15 minutes',
    ],
    [
      'The link works for 15 minutes.',
      'enrollment/private.test.ts: a new address > cannot be undone after seven days, nor confirmed after 15 minutes',
    ],
    [
      'The address that you had is told about the change and can undo it for seven days.',
      'enrollment/private.test.ts: a new address > is undone by the earlier one within seven days, with everything in place',
    ],
    [
      'Do nothing, and no lesson comes here.',
      'enrollment/private.test.ts: a new address > is confirmed from there; the earlier one is told, and its links end',
    ],
    [
      'for 30 days nothing comes here that somebody else can cause',
      'enrollment/new-address.test.ts: “this was not me” in the mail to a new address > ends the link, ends no course, and holds for 30 days against everything',
    ],
  ],
  'emails/templates/already-enrolled.tsx': [
    [
      'You have a place in the course, so nothing changes: the lessons you have had stay yours, and none will come twice.',
      'signup/mail-caps.test.ts: the mail that a stranger can cause > is a note to a learner, at most one a day and three in 30 days, and no second course',
    ],
    [
      'Then no such note comes for 30 days, and your course goes on as it is',
      'signup/mail-caps.test.ts: “this was not me”, from a learner > keeps the notes away for 30 days, and the course goes on',
    ],
    [
      'Nothing changes, and your place is kept.',
      'signup/mail-caps.test.ts: the mail that a stranger can cause > is a note to a learner, at most one a day and three in 30 days, and no second course',
    ],
  ],
  'emails/templates/complete.tsx': [
    [
      'You have had the eighth lesson, and there is no ninth.',
      'delivery/course.test.ts: a course > brings lesson 1 at once, then one a week at the learner’s hour, then a closing note',
    ],
    [
      'All eight lessons, with their references, stay on your course page.',
      'enrollment/learner-page.test.ts: the learner’s page > says when the closing note comes, and later that nothing more is due',
    ],
    [
      'This was the last mail of the course.',
      'journeys/course-over-http.test.ts: the course, over HTTP > comes week by week at each learner’s own hour, across the change of the clocks, to its end',
    ],
  ],
  'emails/templates/confirm.tsx': [
    [
      'Eight lessons by email begin when you confirm.',
      'signup/confirm.test.ts: the button > enrolls with the hour that was chosen, wakes the lessons, and leads to the learner’s page',
    ],
    [
      'Each takes under ten minutes to read',
      'emails/content.test.ts: lesson %i > takes the time that lesson 1 announces, and has one numbered list: what to do',
    ],
    [
      'The first lesson comes as soon as you confirm',
      'signup/confirm.test.ts: the button > brings lesson 1 within the minute, and nothing else',
    ],
    [
      'and the others follow a week apart, at your hour.',
      'delivery/course.test.ts: a course > brings lesson 1 at once, then one a week at the learner’s hour, then a closing note',
    ],
    [
      'The link works for 7 days.',
      'signup/confirm.test.ts: a link older than seven days > opens a page that offers a new one, and enrolls nobody',
    ],
    [
      'Unless you confirm, no lesson will be sent here.',
      'journeys/course-over-http.test.ts: the course, over HTTP > sent to somebody who never pressed the button ends with that one mail',
    ],
    [
      'for 30 days nothing comes here that somebody else can cause',
      'signup/mail-caps.test.ts: “this was not me” > stops the mail for 30 days, makes the link dead, and forgets what was typed',
    ],
  ],
  'emails/templates/erase.tsx': [
    [
      'Press it, and your address, your name, your hours, your practice log and the record of what was sent are gone.',
      'enrollment/erase-subscriber.test.ts: an erasure > leaves nothing of the address or the name anywhere',
    ],
    [
      'For three years we keep a fingerprint of your address, which cannot be turned back into it, with the dates of your consent.',
      'enrollment/erase-subscriber.test.ts: an erasure > keeps a keyed hash with the dates of consent and withdrawal, for three years',
    ],
    [
      'The link works for 15 minutes.',
      'enrollment/private.test.ts: erasure > does not happen after 15 minutes, or by a link of another purpose or person',
    ],
    [
      'If you have changed your mind, or it wasn’t you who asked, do nothing: everything stays as it is.',
      'enrollment/private.test.ts: erasure > is confirmed by mail, and leaves the fingerprint and the dates',
    ],
    [
      'Unsubscribing instead keeps your record.',
      'enrollment/learner-page.test.ts: the learner’s page > says that they have unsubscribed; what was sent stays to be read',
    ],
  ],
  'emails/templates/lesson.tsx': [
    [
      'Your course page shows where you are and what comes when.',
      'enrollment/learner-page.test.ts: the learner’s page > says in which week they are and when the next lesson comes, by their own clock',
    ],
    [
      'A short closing note follows in a week.',
      'delivery/course.test.ts: a course > brings lesson 1 at once, then one a week at the learner’s hour, then a closing note',
    ],
    [
      'About … minutes to read',
      'emails/content.test.ts: lesson %i > takes the time that lesson 1 announces, and has one numbered list: what to do',
    ],
  ],
  'emails/templates/link.tsx': [
    [
      'The links to it in earlier emails no longer work, wherever they may have gone',
      'enrollment/private.test.ts: a link that was sent to somebody else > ends with all the others, and the learner gets a new one',
    ],
    [
      'Your hour and your place in the course are as they were, and the next lesson brings the new link too.',
      'enrollment/private.test.ts: a link that was sent to somebody else > ends with all the others, and the learner gets a new one',
    ],
    [
      'Devices on which you had opened your private pages are closed again.',
      'enrollment/private.test.ts: a link that was sent to somebody else > ends with all the others, and the learner gets a new one',
    ],
  ],
  'emails/templates/nudge.tsx': [
    [
      'You marked earlier lessons as read, and the last two are not marked.',
      'enrollment/controls.test.ts: the nudge > never comes to somebody who has not used the mark',
    ],
    [
      'This note comes once in a course and not again.',
      'enrollment/controls.test.ts: the nudge > comes once, three days after the second lesson in a row without a mark',
    ],
    [
      'Turn it off for good',
      'enrollment/controls.test.ts: the nudge > does not come after a mark, when turned off, while paused, or after a goodbye',
    ],
  ],
  'emails/templates/open.tsx': [
    [
      'This link works once, for fifteen minutes, on the device where you open it.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
    [
      'The link works once, and for 15 minutes.',
      'enrollment/private.test.ts: a device > is not opened by a GET, without the button, after 15 minutes, or by an older link',
    ],
    [
      'If it wasn’t you, do nothing, and nothing is opened.',
      'enrollment/private.test.ts: a device > is not opened by a GET, without the button, after 15 minutes, or by an older link',
    ],
    [
      'ends all earlier links.',
      'enrollment/private.test.ts: a link that was sent to somebody else > ends with all the others, and the learner gets a new one',
    ],
  ],
  'src/signup/consent.ts': [
    [
      'Next comes one email with a link.',
      'signup/mail-caps.test.ts: the mail that a stranger can cause > is one a day, however often the address is typed in',
    ],
    [
      'Nothing more follows until you press the button in it.',
      'journeys/course-over-http.test.ts: the course, over HTTP > sent to somebody who never pressed the button ends with that one mail',
    ],
    [
      'You are asking for the eight lessons of In the Room by email, one a week.',
      'delivery/course.test.ts: a course > brings lesson 1 at once, then one a week at the learner’s hour, then a closing note',
    ],
    [
      'Every email has a link that ends them.',
      'emails/mails.test.ts: the mail %s > can be left by a link unless it may be a stranger’s, and says who sends it',
    ],
    [
      'will see your name, your address, how many weeks you have received, and when you began and finished.',
      'provider/operator.test.ts: the roster > holds what the learner was told: name, address, weeks sent, finished',
    ],
    [
      'You can end that on your page at any time;',
      'share/withdraw-share.test.ts: a learner who ends what a provider sees > is on its roster no more, and their number is told to whoever has a file',
    ],
    [
      'is then told to delete it.',
      'share/withdraw-share.test.ts: a learner who ends what a provider sees > is on its roster no more, and their number is told to whoever has a file',
    ],
    [
      'Nothing you write.',
      'enrollment/private.test.ts: the practice log > is never in a mail or on the operator’s pages',
    ],
    [
      'and no organization is told that you take the course.',
      'provider/operator.test.ts: the roster > shows a learner to the provider they came through, and not to a second one',
    ],
  ],
  'src/web/learner/confirm.tsx': [
    [
      'Lesson 2 comes on ….',
      'signup/second-lesson.test.ts: the page that asks for the hour > says when lesson 2 comes at the hour that it suggests, and so it does',
    ],
    [
      'comes as soon as you press the button, or at your hour once four days have passed since the one before.',
      'signup/come-back.test.ts: somebody who comes back > gets no two lessons within four days where they go on',
    ],
    [
      'Your marks stay.',
      'signup/come-back.test.ts: somebody who comes back > goes on where they stopped: the rest of the lessons, the earlier ones and the marks in place',
    ],
    [
      'Lesson 1 comes as soon as you press the button.',
      'signup/confirm.test.ts: the button > brings lesson 1 within the minute, and nothing else',
    ],
    [
      'After it comes one lesson a week, at the hour you choose here.',
      'delivery/course.test.ts: a course > brings lesson 1 at once, then one a week at the learner’s hour, then a closing note',
    ],
    [
      'You can change it later.',
      'enrollment/learner-page.test.ts: another hour > is chosen in the learner’s page and holds from the next lesson on',
    ],
    [
      'Only what you choose here counts.',
      'signup/confirm.test.ts: somebody whose address was typed into forms that differ > chooses the name and the provider on the page, and nothing of the stranger’s stays',
    ],
    [
      'Nothing is sent unless the button is pressed.',
      'signup/confirm.test.ts: the page behind a confirmation link > changes nothing when its form is sent without the button',
    ],
  ],
  'src/web/learner/model.ts': [
    [
      'Your address was refused as one that cannot be mailed, so the course is waiting.',
      'enrollment/learner-page.test.ts: the learner’s page > says that the course waits where the mail server refused the address',
    ],
    [
      'The last five mails to you came back, so the course is waiting.',
      'delivery/events.test.ts: mails that come back > pause the course at the fifth within 30 days, and not the address',
    ],
    [
      'It goes on once a mail has reached you again',
      'enrollment/private.test.ts: a course that stopped because mail came back > goes on once a mailed link was opened, and not before',
    ],
    [
      'Until then the times on this page are in UTC.',
      'course/schedule.test.ts: a slot that cannot be dated > has its times told in UTC',
    ],
    [
      'A short closing note comes on ….',
      'enrollment/learner-page.test.ts: the learner’s page > says when the closing note comes, and later that nothing more is due',
    ],
  ],
  'src/web/learner/page.tsx': [
    [
      'Lesson 1 is on its way to your inbox, and here.',
      'enrollment/learner-page.test.ts: the learner’s page > says that lesson 1 is on its way right after the button',
    ],
    [
      'nothing comes until the day you name, or until you come back.',
      'enrollment/controls.test.ts: a pause > without a date lasts until it is resumed, and then keeps four days',
    ],
    [
      'Nothing more is due.',
      'enrollment/learner-page.test.ts: the learner’s page > says when the closing note comes, and later that nothing more is due',
    ],
    [
      'Every lesson stays here to read again.',
      'enrollment/learner-page.test.ts: the learner’s page > keeps a way to every lesson of an earlier round, after a new beginning and after a goodbye',
    ],
    [
      'What you were sent stays here to read.',
      'enrollment/learner-page.test.ts: the learner’s page > says that they have unsubscribed; what was sent stays to be read',
    ],
    [
      'No lesson comes while it is paused.',
      'enrollment/controls.test.ts: a pause > without a date lasts until it is resumed, and then keeps four days',
    ],
    [
      'It goes on by itself on ….',
      'enrollment/controls.test.ts: a pause > until a date ends by itself on that day, at the next hour',
    ],
    [
      'The next page has one button, and it ends the lessons.',
      'enrollment/unsubscribe.test.ts: the page behind an unsubscribe link > has one button that needs no script, and changes nothing by being opened',
    ],
    [
      'they move with your hour.',
      'enrollment/private.test.ts: the calendar > holds the lessons to come, by the learner’s clock through a change of it, and moves with the hour',
    ],
    [
      'That address shows the dates and opens nothing else.',
      'enrollment/private.test.ts: the calendar > is read by an address of its own, which opens nothing else',
    ],
  ],
  'src/web/learner/single.tsx': [
    [
      'A link like this works once and not for long, and only the newest of its kind counts.',
      'enrollment/private.test.ts: a device > is not opened by a GET, without the button, after 15 minutes, or by an older link',
    ],
    [
      'Nothing has been changed now.',
      'enrollment/private.test.ts: a device > is not opened by a GET, without the button, after 15 minutes, or by an older link',
    ],
  ],
  'src/web/learner/log-page.tsx': [
    [
      'A link that we mail to you opens it, once.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
    [
      'After a change of address it stays closed for seven days.',
      'enrollment/private.test.ts: a new address > keeps log, export, address and erasure shut for seven days',
    ],
  ],
  'src/web/learner/end.tsx': [
    [
      'This page stays, with all of them.',
      'enrollment/learner-page.test.ts: the learner’s page > keeps a way to every lesson of an earlier round, after a new beginning and after a goodbye',
    ],
  ],
  'src/web/learner/undo.tsx': [
    [
      'For a day, in case it was a slip.',
      'subscriber/take-back.test.ts: an unsubscribing by mistake > is taken back from the learner’s page too, for a day and no longer',
    ],
    [
      'The next lesson comes at your hour.',
      'subscriber/take-back.test.ts: an unsubscribing by mistake > is taken back by the button on its page: no lesson is lost, and none comes twice',
    ],
    [
      'If that was a slip, this button takes it back.',
      'subscriber/take-back.test.ts: an unsubscribing by mistake > is taken back by the button on its page: no lesson is lost, and none comes twice',
    ],
  ],
  'src/web/learner/unsubscribe.tsx': [
    [
      'Press the button, and that signup is withdrawn.',
      'signup/mail-caps.test.ts: “this was not me” > stops the mail for 30 days, makes the link dead, and forgets what was typed',
    ],
    [
      'No lesson comes, and its link stops working.',
      'signup/mail-caps.test.ts: “this was not me” > stops the mail for 30 days, makes the link dead, and forgets what was typed',
    ],
    [
      'Press the button, and no more lessons come.',
      'delivery/course.test.ts: a course > sends nothing more once the reader has unsubscribed',
    ],
    [
      'You can come back later if you change your mind.',
      'enrollment/controls.test.ts: coming back after a goodbye > takes a fresh consent, by mail, from the page',
    ],
    [
      'The signup is withdrawn, and for 30 days we send nothing to your address that anybody else can cause.',
      'signup/mail-caps.test.ts: “this was not me” > stops the mail for 30 days, makes the link dead, and forgets what was typed',
    ],
    [
      'What we hold of an unconfirmed signup is deleted after 30 days.',
      'signup/mail-caps.test.ts: “this was not me” > leaves nothing of the person after 30 days, not even the address',
    ],
    [
      'No more lessons will come.',
      'delivery/course.test.ts: a course > sends nothing more once the reader has unsubscribed',
    ],
    [
      'One that was already on its way may still arrive.',
      'enrollment/unsubscribe.test.ts: a POST to an unsubscribe link > is honored while a lesson is on its way, and nothing follows that',
    ],
    [
      'Your address, your log and the dates of what was sent stay until you have them erased',
      'enrollment/learner-page.test.ts: the learner’s page > says that they have unsubscribed; what was sent stays to be read',
    ],
    [
      'and it is erased with everything else.',
      'enrollment/erase-subscriber.test.ts: an erasure > leaves nothing of the address or the name anywhere',
    ],
    [
      'As the first time, you get one email with a link.',
      'signup/mail-caps.test.ts: the mail that a stranger can cause > is a confirmation again for somebody who has unsubscribed: only they can come back',
    ],
    [
      'A signup that nobody confirms is deleted after 30 days, and so is everything of somebody who asks for it.',
      'signup/mail-caps.test.ts: a signup that nobody confirms > is forgotten after 30 days, with the address and what was owed to it',
    ],
    [
      'so nothing has been changed.',
      'enrollment/unsubscribe.test.ts: a POST to an unsubscribe link > that is damaged is answered with 404 and a way to write to us, and changes nothing',
    ],
    [
      'Every lesson has an unsubscribe link at its foot',
      'enrollment/unsubscribe.test.ts: every mail > carries a List-Unsubscribe header whose own address works without anything else',
    ],
  ],
  'src/web/ui/sheet.tsx': [
    [
      'Your browser prints it on one sheet of paper, A4 or Letter.',
      'browser/learner.test.ts: the learner’s page in a browser > prints each sheet on one page, of A4 and of Letter, and reads well on a phone',
    ],
    [
      'What you type here is sent nowhere and kept nowhere: print it before you leave the page, or copy it to your log.',
      'enrollment/sheets.test.ts: the sheet of practices and the plan > keeps nothing that is typed into the plan: it has fields and no form',
    ],
  ],
  'src/web/public/about.tsx': [
    [
      'it gives the number of studies or people behind it and one yardstick for all eight weeks says how large or small that is.',
      'emails/content.test.ts: a lesson that breaks a rule > is found: %s',
    ],
    [
      'The lessons say “is associated with”, and leave cause alone.',
      'emails/content.test.ts: a lesson that breaks a rule > is not seen where nothing causal stands beside a study',
    ],
    [
      'Every source is listed at the end of its lesson',
      'emails/mails.test.ts: %s > lists each reference that it cites, under the number it cites it by',
    ],
    [
      'Every client and therapist in the scenes is invented, and said to be so.',
      'emails/content.test.ts: the eight lessons together > say once, at the beginning, that everybody in them is invented',
    ],
  ],
  'src/web/public/check-inbox.tsx': [
    [
      'lesson 1 comes at once.',
      'signup/confirm.test.ts: the button > brings lesson 1 within the minute, and nothing else',
    ],
    [
      'The link works for seven days.',
      'signup/confirm.test.ts: a link older than seven days > opens a page that offers a new one, and enrolls nobody',
    ],
    [
      'Until you press the button, nothing more is sent.',
      'journeys/course-over-http.test.ts: the course, over HTTP > sent to somebody who never pressed the button ends with that one mail',
    ],
    [
      'an address gets at most one of these a day and three in 30 days',
      'signup/mail-caps.test.ts: the mail that a stranger can cause > is three in 30 days',
    ],
    [
      'none for 30 days after its owner said “this was not me”.',
      'signup/mail-caps.test.ts: “this was not me” > stops the mail for 30 days, makes the link dead, and forgets what was typed',
    ],
    [
      'If you already take the course, you get a short note in its place.',
      'signup/mail-caps.test.ts: the mail that a stranger can cause > is a note to a learner, at most one a day and three in 30 days, and no second course',
    ],
    [
      'The link in an earlier email works for seven days.',
      'signup/mail-caps.test.ts: the mail that a stranger can cause > carries the same link for as long as that has a day to live, then a new one',
    ],
  ],
  'src/web/public/accessibility.tsx': [
    [
      'Everything works with a keyboard alone, and you can see where you are.',
      'browser/public.test.ts: the public pages in a browser > can be walked through by keyboard, and show where one is',
    ],
    [
      'Everything works without JavaScript',
      'web/reading.test.ts: the pages > work without a script, and say so nowhere: every script is only deferred help',
    ],
    [
      'Nothing is cut off or scrolls sideways on a screen 320 pixels wide',
      'browser/public.test.ts: the public pages in a browser > never scroll sideways: $width × $height',
    ],
    [
      'at twice the zoom or with letters of twice the size.',
      'browser/public.test.ts: the public pages in a browser > hold letters of twice the size without cutting any off',
    ],
    [
      'your system’s own high-contrast colors are respected.',
      'browser/public.test.ts: the public pages in a browser > have nothing that a screen reader or a weak eye stumbles over, %s',
    ],
    [
      'Every mail has a text part that says the same, and none needs its pictures.',
      'emails/mails.test.ts: the mail %s > reads well without pictures, aloud, in the dark and with large letters',
    ],
    [
      'works for fifteen minutes, and you can ask for another.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
  ],
  'src/web/public/providers.tsx': [
    [
      'the form takes over your page’s letters, its ink and its accent color.',
      'embed/30_house_style/spec.ts: takes over the letters of its headings, its accent and its corners; fields are as white as the page',
    ],
    [
      'It is light unless the address says otherwise:',
      'web/frame-look.test.ts: a form in a frame > is light unless its provider or its address says otherwise',
    ],
    [
      'The form sets no cookie, stores nothing in the browser and asks nobody but us.',
      'embed/01_plain/spec.ts: takes a signup, credits the provider, and asks for nothing but script, settings and answer',
    ],
    [
      'We record with each signup when it came, from which of your pages, and which version of the words stood there.',
      'web/embed.test.ts: the page that showed the form > is stored with a signup through %s: its path, and no query',
    ],
    [
      'Somebody who asks us for erasure is taken off your list too',
      'enrollment/erase-subscriber.test.ts: an erasure > leaves nothing of the address or the name anywhere',
    ],
    [
      'how many weeks of the course you have received, and when you began and finished it.',
      'provider/operator.test.ts: the roster > holds what the learner was told: name, address, weeks sent, finished',
    ],
    [
      'and so is who ends what you see; copies that you have made are yours to erase, by the numbers that we tell you.',
      'share/withdraw-share.test.ts: a learner who ends what a provider sees > is on its roster no more, and their number is told to whoever has a file',
    ],
  ],
  'src/web/portal/data.tsx': [
    [
      'their name, their address and how many of the eight weeks were sent.',
      'portal/learners.test.ts: the roster’s page > shows name, address and weeks, the newest first, with dates where the words named them',
    ],
    [
      'Their course goes on, and they leave your roster at once.',
      'share/withdraw-share.test.ts: a learner who ends what a provider sees > is on its roster no more, and their number is told to whoever has a file',
    ],
    [
      'The same happens when they are erased, and when they begin the course again without you before they were sent all eight weeks.',
      'share/follow.test.ts: a learner who comes back without their provider > is on its roster no more, unless all eight were sent through it',
    ],
    [
      'After an erasure that number, and nothing else, is kept for a year.',
      'share/follow.test.ts: an erased learner > leaves a number for whoever has a file, and nothing else, for a year',
    ],
    [
      'What they say of the course you see only together with at least four others, and without their names.',
      'credit/evaluation.test.ts: what a provider sees > is only how many there are, until there are five',
    ],
    [
      'What a certificate says, and the record behind it, stays for as many years as you have agreed to, also where its holder ends what you see or is erased.',
      'credit/issue.test.ts: what is kept of somebody who has erased > stays with the provider until its date, and then only the number stays',
    ],
  ],
  'src/web/portal/roster.tsx': [
    [
      'Of pauses, goodbyes and what they write, nothing is told.',
      'portal/learners.test.ts: the roster’s page > shows name, address and weeks, the newest first, with dates where the words named them',
    ],
    [
      'stands in the log, with how many lines it had.',
      'portal/learners.test.ts: the roster’s page > is downloaded as a file for a spreadsheet, and the log says by whom and how many',
    ],
  ],
  'src/web/portal/home.tsx': [
    [
      'Whoever signs up by it takes the course through you:',
      'provider/operator.test.ts: the roster > holds what the learner was told: name, address, weeks sent, finished',
    ],
  ],
  'src/web/public/terms.tsx': [
    [
      'You can pause, go on or stop whenever you like, without giving a reason.',
      'enrollment/controls.test.ts: a pause > without a date lasts until it is resumed, and then keeps four days',
    ],
    [
      'Eight lessons by email, one a week at an hour that you choose, and a closing note.',
      'delivery/course.test.ts: a course > brings lesson 1 at once, then one a week at the learner’s hour, then a closing note',
    ],
    [
      'whoever has one can read your lessons and change your hour.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
  ],
  'src/web/public/find-page.tsx': [
    [
      'the link to your page comes there.',
      'signup/way-back.test.ts: somebody who has lost the link to their page > gets it by mail, with no signup and no second course',
    ],
    [
      'Every lesson in your inbox leads to the same page.',
      'emails/mails.test.ts: the mail %s > holds every placeholder that its kind has, in both parts',
    ],
    [
      'an address gets at most one such mail a day and three in 30 days.',
      'signup/way-back.test.ts: the mail that somebody can cause there > counts with what signups cause: one a day and three in 30 days',
    ],
    [
      'what comes is the mail that asks you to, once more.',
      'signup/way-back.test.ts: somebody who has lost the link to their page > who has not confirmed yet gets the confirmation once more, with the link that still works',
    ],
    [
      'If you have unsubscribed, nothing comes',
      'signup/way-back.test.ts: somebody who has lost the link to their page > gets nothing at an address that %s, and no row says that it was typed',
    ],
    [
      'This page says the same for every address, so that nobody learns from it who takes the course.',
      'signup/way-back.test.ts: asking for it > with the address of %s is answered as for nobody, with the same work',
    ],
  ],
  'src/web/public/landing.tsx': [
    [
      'Each lesson takes about ….',
      'emails/content.test.ts: lesson %i > takes the time that lesson 1 announces, and has one numbered list: what to do',
    ],
    [
      'every source at the end.',
      'emails/mails.test.ts: %s > lists each reference that it cites, under the number it cites it by',
    ],
    [
      'Neither is ever mailed to anybody.',
      'enrollment/private.test.ts: the practice log > is never in a mail or on the operator’s pages',
    ],
    [
      'no tracking pixels and no links that report your clicks',
      'emails/mails.test.ts: the mail %s > has only links that are a placeholder as a whole or a fixed https address',
    ],
    [
      'the link in any email ends it with one more click.',
      'enrollment/unsubscribe.test.ts: the page behind an unsubscribe link > has one button that needs no script, and changes nothing by being opened',
    ],
    [
      'Every lesson has a section on where its own idea does not belong.',
      'emails/content.test.ts: the eight lessons together > each say, in a section of its own, where their idea does not belong',
    ],
    [
      'Lesson 1 comes as soon as you confirm.',
      'signup/confirm.test.ts: the button > brings lesson 1 within the minute, and nothing else',
    ],
  ],
  'src/web/public/privacy.tsx': [
    [
      'Nothing watches whether you read.',
      'emails/mails.test.ts: the mail %s > has only links that are a placeholder as a whole or a fixed https address',
    ],
    [
      'never mailed, and no provider and no page of ours for operators shows it.',
      'enrollment/private.test.ts: the practice log > is never in a mail or on the operator’s pages',
    ],
    [
      'When you signed up and confirmed, on which page or through which continuing-education provider, and which version of the words you agreed to.',
      'signup/addresses.test.ts: a good signup > stores what was asked, when, on which page and under which words',
    ],
    [
      'Where your browser names only the site, the site is what we have.',
      'web/embed.test.ts: the page that showed the form > is the site, where %s and the browser tell no more',
    ],
    [
      'So that no lesson comes twice and none is lost.',
      'delivery/walks.test.ts: a random walk through faults, goodbyes, erasures, events and changed hours > never doubles, drops, disorders or follows a goodbye',
    ],
    [
      'so that we stop writing to addresses that fail or object.',
      'delivery/events.test.ts: what the mailer tells afterwards > ends all mail to an address after a %s',
    ],
    [
      'There are no tracking pixels, no rewritten links, no analytics, and no requests from these pages to anybody else',
      'web/headers.test.ts: every answer > is framed by nobody, loads nothing from elsewhere, runs no inline script',
    ],
    [
      'A mail’s drawings come from this site, at the same addresses for everybody.',
      'emails/mails.test.ts: the mail %s > reads well without pictures, aloud, in the dark and with large letters',
    ],
    [
      'We set one cookie, and only when you open the private part of your page on a device: it keeps that part open there for 90 days, and you can close it earlier, from another device too.',
      'web/reading.test.ts: reading > sets no cookie, whatever address is opened',
    ],
    [
      'It is not stored with your record.',
      'signup/rate-limit.test.ts: a client that signs up too often > leaves its address in no row',
    ],
    [
      'a signup that is never confirmed is deleted after 30 days.',
      'signup/mail-caps.test.ts: a signup that nobody confirms > is forgotten after 30 days, with the address and what was owed to it',
    ],
    [
      'we remember for 30 days, by a fingerprint of the address',
      'signup/mail-caps.test.ts: what limits mail to an address > outlives a purge of what nobody confirmed, and is forgotten after 30 days itself',
    ],
    [
      'the lessons end, and your record stays until you erase it.',
      'enrollment/learner-page.test.ts: the learner’s page > says that they have unsubscribed; what was sent stays to be read',
    ],
    [
      'For three years we keep a keyed hash',
      'enrollment/erase-subscriber.test.ts: an erasure > keeps a keyed hash with the dates of consent and withdrawal, for three years',
    ],
    [
      'should one ever have to be used, you are erased again before any mail goes out.',
      'restore/restore.test.ts: what people wished stays so > nobody who was erased returns, nor their log; not even with another address',
    ],
    [
      'To be sure of that we keep your record’s number, and nothing with it, for 31 days.',
      'enrollment/erase-subscriber.test.ts: an erasure > keeps the number of the record for 31 days, as long as a backup may bring it back',
    ],
    [
      'the fingerprint stays on that list too.',
      'enrollment/erase-subscriber.test.ts: an erasure > keeps a suppression if there was one, and makes none',
    ],
    [
      'We give it neither your name nor your email address, and keep nothing of it.',
      'signup/abuse.test.ts: with Turnstile’s keys set > a signup through %s needs its check, once, and is refused without',
    ],
    [
      'Who loaded it, and how many did, we do not keep.',
      'provider/sightings.test.ts: a page on which a browser loads the form > is noted with how it loads it and with which key, and nothing of who it was',
    ],
    [
      'That provider sees your name, your address and how many weeks you have received.',
      'provider/operator.test.ts: the roster > holds what the learner was told: name, address, weeks sent, finished',
    ],
    [
      'When you began and finished it sees only where the words that you agreed to said so.',
      'share/follow.test.ts: a learner’s words of consent > that named no dates show none, and weeks and all eight as before',
    ],
    [
      'You can end that on your page, and your course goes on.',
      'share/withdraw-share.test.ts: a learner who ends what a provider sees > is on its roster no more, and their number is told to whoever has a file',
    ],
    [
      'If you begin the course again without that provider before you were sent all eight lessons, it ends by itself.',
      'share/follow.test.ts: a learner who comes back without their provider > is on its roster no more, unless all eight were sent through it',
    ],
    [
      'the provider is told to delete the number under which its file has you.',
      'share/follow.test.ts: an erased learner > leaves a number for whoever has a file, and nothing else, for a year',
    ],
    [
      'We keep that number for a year after an erasure, with nothing else of you.',
      'share/follow.test.ts: an erased learner > leaves a number for whoever has a file, and nothing else, for a year',
    ],
    [
      'It sees nothing you write, and nothing about learners of anybody else.',
      'provider/operator.test.ts: the roster > shows a learner to the provider they came through, and not to a second one',
    ],
    [
      'Do nothing, and no lesson comes.',
      'journeys/course-over-http.test.ts: the course, over HTTP > sent to somebody who never pressed the button ends with that one mail',
    ],
    [
      'Then nothing comes for 30 days that anybody else can cause.',
      'signup/mail-caps.test.ts: “this was not me” > stops the mail for 30 days, makes the link dead, and forgets what was typed',
    ],
    [
      'use the unsubscribe link in any of them and press the button behind it, or your mail program’s own.',
      'enrollment/unsubscribe.test.ts: every mail > carries a List-Unsubscribe header whose own address works without anything else',
    ],
    [
      'it shows all of it as a file, changes your name and address, and erases you after one more email that makes sure it is you.',
      'enrollment/private.test.ts: erasure > is confirmed by mail, and leaves the fingerprint and the dates',
    ],
    [
      'We set one cookie, and only when you open the private part of your page on a device',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
    [
      'Your network address is looked at to slow down floods of signups, and to guess a time zone for you to check where your browser names none.',
      'web/privacy.test.ts: the privacy page > says what a network address is looked at for',
    ],
    [
      'The log is stored encrypted and never mailed',
      'enrollment/sealed-log.test.ts: the practice log at rest > says nothing to whoever holds the database, and everything to its writer',
    ],
    [
      'Words of your practice log that could not be saved wait in your own browser, for an hour at most.',
      'browser/learner.test.ts: the learner’s page in a browser > keeps what could not be saved for an hour, on an open device, and for nobody else',
    ],
    [
      'and you can close it earlier, from another device too.',
      'enrollment/private.test.ts: a device > closes every device of its learner by the other button, and nobody else’s',
    ],
    [
      'With it we keep when the device was opened.',
      'enrollment/private.test.ts: a device > is forgotten within the hour once its 90 days are over, and not before',
    ],
    [
      'it shows all of it as a file',
      'enrollment/export.test.ts: everything we hold about a learner, as a file > says what was signed up, mailed, opened and written, and by when',
    ],
    [
      'What you say in the evaluation is kept without your name, and with nothing that leads to you.',
      'credit/evaluation.test.ts: the form > keeps nothing but its own questions, in one order, whatever order they were posted in',
    ],
    [
      'is kept for as many years as the provider tells you before you begin, three at least and ten at most after the day on which you completed.',
      'credit/issue.test.ts: what is kept of somebody who has erased > stays with the provider until its date, and then only the number stays',
    ],
    [
      'Then its number is left, so that nobody is told that a genuine paper was forged.',
      'credit/issue.test.ts: what is kept of somebody who has erased > stays with the provider until its date, and then only the number stays',
    ],
    [
      'What you gave for a certificate that was never issued goes with you.',
      'credit/issue.test.ts: a claim that is complete > whose learner erases meanwhile gets none, and nothing of it stays',
    ],
    [
      'It never sees your answers, and evaluations only together with at least four others.',
      'credit/evaluation.test.ts: what a provider sees > is only how many there are, until there are five',
    ],
    [
      'Once you are erased, they read that there was one.',
      'credit/pages.test.ts: the register > says of an erased holder’s that it was issued, and never that there is none',
    ],
    [
      'a try that you leave open is deleted a year after its last change',
      'credit/forget-tries.test.ts: what is forgotten of tries > is one that was left open for a year since it was last saved, and no other',
    ],
    [
      'one that failed 90 days after your certificate came.',
      'credit/forget-tries.test.ts: what is forgotten of tries > is one that failed, 90 days after the certificate came, and none whose certificate has not',
    ],
    [
      '90 days after you handed it in, its answers are only counted with those of others.',
      'credit/forget-tries.test.ts: what is forgotten of tries > are the answers of one that passed, which become counts, after 90 days; its score stays',
    ],
  ],
  'src/web/public/sample.tsx': [
    [
      'It takes an email address, and two clicks end it.',
      'enrollment/unsubscribe.test.ts: the page behind an unsubscribe link > has one button that needs no script, and changes nothing by being opened',
    ],
    [
      'One a week, on the day and at the hour you choose.',
      'delivery/course.test.ts: a course > brings lesson 1 at once, then one a week at the learner’s hour, then a closing note',
    ],
    [
      'Its text and references come by email',
      'emails/mails.test.ts: %s > says in both parts which week it is, what it promises, and each of its sentences',
    ],
  ],
  'src/web/public/signup-form.tsx': [
    [
      'Signing up here needs JavaScript: it is how we tell people from programs.',
      'signup/abuse.test.ts: with Turnstile’s keys set > our forms carry it, and only their pages may load it',
    ],
  ],
  'src/widget/embed.ts': [
    [
      'What you typed is still here: please try again.',
      'embed/09_slow_and_failing_network/spec.ts: that lets nothing through keeps what was typed, offers another try, and takes it',
    ],
  ],
  'src/web/learner/private.tsx': [
    [
      'open on this device only after a link that we mail to you.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
    [
      'Until … the earlier address can undo that, and so your log, the export, the address and erasure stay closed.',
      'enrollment/private.test.ts: a new address > keeps log, export, address and erasure shut for seven days',
    ],
    [
      'Then they open again with everything in them.',
      'enrollment/private.test.ts: a new address > keeps log, export, address and erasure shut for seven days',
    ],
    [
      'Everything we hold about you',
      'subscriber/whole-log.test.ts: everything we hold > is a page that a person can read, and the same as the file',
    ],
  ],
  'src/web/learner/address.tsx': [
    [
      'the earlier one is told and can undo it for seven days.',
      'enrollment/private.test.ts: a new address > is undone by the earlier one within seven days, with everything in place',
    ],
    [
      'At most one a day goes to an address that is not known to be yours',
      'enrollment/new-address.test.ts: asking for a new address > mails it once a day and three times in 30 days, whoever asks, and signups count with that',
    ],
    [
      'It works for 15 minutes.',
      'enrollment/private.test.ts: a new address > cannot be undone after seven days, nor confirmed after 15 minutes',
    ],
    [
      'Links in earlier mails stop working, and a new one is mailed to you here.',
      'enrollment/private.test.ts: a new address > is confirmed from there; the earlier one is told, and its links end',
    ],
    [
      'Links that were mailed to the other address stop working, and you get a new one.',
      'enrollment/private.test.ts: a new address > is undone by the earlier one within seven days, with everything in place',
    ],
    [
      'The earlier address is told, and can undo this for seven days.',
      'enrollment/private.test.ts: a new address > is undone by the earlier one within seven days, with everything in place',
    ],
    [
      'Until then your log, the export and erasure stay closed.',
      'enrollment/private.test.ts: a new address > keeps log, export, address and erasure shut for seven days',
    ],
    [
      'The other address gets nothing more, and its links have stopped working.',
      'enrollment/private.test.ts: a new address > is undone by the earlier one within seven days, with everything in place',
    ],
    [
      'One that was already on its way may still reach the earlier address.',
      'enrollment/private.test.ts: a new address > with a lesson on its way: that one goes to the earlier address, once, and the course goes on',
    ],
    [
      'Nothing has been changed.',
      'enrollment/private.test.ts: a new address > that belongs to another learner, or may not be mailed, changes nothing',
    ],
  ],
  'src/web/learner/again.tsx': [
    [
      'Lesson 1 comes again, now or as soon as four days have passed since your latest lesson, and the others follow at your hour.',
      'enrollment/controls.test.ts: beginning again > in the middle keeps four days between lessons, and happens once for two presses',
    ],
    [
      'Marks begin anew; your log stays.',
      'enrollment/controls.test.ts: beginning again > after the end brings the eight lessons once more, and keeps the log',
    ],
    [
      'A course can begin again … times in 30 days, and yours has.',
      'enrollment/controls.test.ts: beginning again > happens three times in 30 days, and says so at the fourth press',
    ],
    [
      'The course had begun again already, so nothing was changed.',
      'enrollment/controls.test.ts: beginning again > in the middle keeps four days between lessons, and happens once for two presses',
    ],
    [
      'What you wrote in your log stays.',
      'enrollment/controls.test.ts: beginning again > after the end brings the eight lessons once more, and keeps the log',
    ],
  ],
  'src/web/learner/confirm-ended.tsx': [
    [
      'So this link starts nothing, and until … no email goes there that a signup can bring.',
      'signup/mail-caps.test.ts: “this was not me” > stops the mail for 30 days, makes the link dead, and forgets what was typed',
    ],
    [
      'sign up again after that day.',
      'signup/mail-caps.test.ts: “this was not me” > lets the person themselves sign up later on',
    ],
    [
      'A signup that nobody confirms is deleted after 30 days with the address in it',
      'signup/mail-caps.test.ts: a signup that nobody confirms > is forgotten after 30 days, with the address and what was owed to it',
    ],
    [
      'All links that were mailed before a certain moment have been ended',
      'signup/confirm.test.ts: a link that is not ours any more, or never was > is one that was revoked',
    ],
    [
      'Confirmation links work for seven days.',
      'signup/confirm.test.ts: a link older than seven days > opens a page that offers a new one, and enrolls nobody',
    ],
    [
      'We can send a new one to the same address.',
      'signup/confirm.test.ts: a link older than seven days > sends a new link that works, to the same address and with the same name, zone and provider',
    ],
    [
      'No lesson comes unless you confirm.',
      'journeys/course-over-http.test.ts: the course, over HTTP > sent to somebody who never pressed the button ends with that one mail',
    ],
    [
      'We send at most three of these a day to an address.',
      'signup/confirm.test.ts: a link older than seven days > sends three mails with a new link a day, however often it is asked for',
    ],
    [
      'If you want the lessons after all, we can send you a new link.',
      'signup/confirm.test.ts: a link that was used > offers to come back after the learner has unsubscribed, and brings the course from its start',
    ],
    [
      'It works for seven days.',
      'signup/confirm.test.ts: a link older than seven days > sends a new link that works, to the same address and with the same name, zone and provider',
    ],
    [
      'The link in an earlier one works for seven days, too.',
      'signup/confirm.test.ts: a link older than seven days > sends three mails with a new link a day, however often it is asked for',
    ],
  ],
  'src/web/learner/control.ts': [
    [
      'so this press changed nothing.',
      'enrollment/races.test.ts: 25 presses at once > on every control at the same moment are each answered with a page',
    ],
    [
      'That lesson has not been sent to you yet, so nothing was changed.',
      'enrollment/controls.test.ts: a lesson once more > that has not been sent is not sent, and not marked',
    ],
    [
      'No course is running, so nothing was changed.',
      'enrollment/controls.test.ts: beginning again > takes no page from before, no forged enrollment, and nothing after a goodbye',
    ],
    [
      'The course waits because of your address, so nothing was changed.',
      'enrollment/controls.test.ts: a pause > cannot hide that the course waits for another reason',
    ],
  ],
  'src/web/learner/device.tsx': [
    [
      'open the link that comes, and the course goes on.',
      'enrollment/private.test.ts: a course that stopped because mail came back > goes on once a mailed link was opened, and not before',
    ],
    [
      'Open it on the device that you want to use, within 15 minutes.',
      'enrollment/private.test.ts: a device > is not opened by a GET, without the button, after 15 minutes, or by an older link',
    ],
    [
      'Your private pages are closed on every device that you had opened.',
      'enrollment/private.test.ts: a device > closes every device of its learner by the other button, and nobody else’s',
    ],
    [
      'A course that has stopped because mail came back goes on when you press the button.',
      'enrollment/private.test.ts: a course that stopped because mail came back > goes on once a mailed link was opened, and not before',
    ],
    [
      'This device keeps a cookie for 90 days, for nothing else.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
    [
      'You can close it again on your page.',
      'enrollment/private.test.ts: a device > closes again by its button, and what its cookie said opens nothing any more',
    ],
  ],
  'src/web/learner/erase.tsx': [
    [
      'Your address, your name, your log and the record of what was sent go, and cannot be brought back.',
      'enrollment/erase-subscriber.test.ts: an erasure > leaves nothing of the address or the name anywhere',
    ],
    [
      'Your address, your name, your hours, your practice log and the record of what was sent are deleted, and we do not bring them back.',
      'enrollment/erase-subscriber.test.ts: an erasure > leaves nothing of the address or the name anywhere',
    ],
    [
      'For three years we keep a fingerprint of your address that cannot be turned back into it, with the dates of your consent.',
      'enrollment/erase-subscriber.test.ts: an erasure > keeps a keyed hash with the dates of consent and withdrawal, for three years',
    ],
    [
      'Nothing about you is left here but the fingerprint of your address, the dates of your consent and the number that your record had.',
      'enrollment/erase-subscriber.test.ts: an erasure > leaves nothing of the address or the name anywhere',
    ],
    [
      'What is known of it goes as soon as that is settled, within a day.',
      'enrollment/erase-subscriber.test.ts: an erasure while a batch is on its way > finishes after 20 hours also where no answer ever comes',
    ],
  ],
  'src/web/learner/hour.tsx': [
    [
      'The next lesson comes at the first such hour that is at least four days after the one before.',
      'enrollment/change-slot.test.ts: a changed hour > holds from the next lesson on, at least four days after the one before',
    ],
    [
      'Nothing changes until you have seen the dates.',
      'enrollment/controls.test.ts: another hour > shows the next three dates, which come true, before anything is saved',
    ],
  ],
  'src/web/learner/lesson.tsx': [
    [
      'This lesson has not been sent to you yet.',
      'enrollment/learner-page.test.ts: a lesson in the browser > is there once it was sent, and not before',
    ],
    [
      'Your log stays closed until …, so that the earlier address can undo it; nothing in it is lost.',
      'enrollment/private.test.ts: a new address > keeps log, export, address and erasure shut for seven days',
    ],
    [
      'it leads to this week on our front page, not to the lesson itself.',
      'enrollment/private.test.ts: links > to share a lesson are public, and hold nothing personal',
    ],
    [
      'Because lessons get forwarded, it opens on this device after a link that we mail to you, once.',
      'enrollment/private.test.ts: a device > opens what is private after one mailed link, which works once',
    ],
    [
      'It is kept as it is, and nothing is written over it.',
      'enrollment/sealed-log.test.ts: LOG_KEY > lost: the page says so, nothing is written over, everything else goes on',
    ],
    [
      'What you wrote here before does not open just now, and nothing is written over it.',
      'enrollment/sealed-log.test.ts: LOG_KEY > lost: the page says so, nothing is written over, everything else goes on',
    ],
  ],
  'src/web/learner/log-form.tsx': [
    [
      'It opens on your own devices only, and is stored encrypted.',
      'enrollment/sealed-log.test.ts: the practice log at rest > says nothing to whoever holds the database, and everything to its writer',
    ],
  ],
  'src/web/learner/next.tsx': [
    [
      'ahead of its time, at most one a day.',
      'enrollment/controls.test.ts: the next lesson now > comes once a day, however often and from however many windows it is asked for',
    ],
    [
      'The one after it comes at your hour.',
      'enrollment/controls.test.ts: the next lesson now > comes at once, and the one after it at the hour, four days on or later',
    ],
    [
      'One lesson a day can come ahead of its time.',
      'enrollment/controls.test.ts: the next lesson now > comes once a day, however often and from however many windows it is asked for',
    ],
  ],
  'src/web/learner/not-me.tsx': [
    [
      'Press the button, and what they asked for is withdrawn.',
      'enrollment/new-address.test.ts: “this was not me” in the mail to a new address > ends the link, ends no course, and holds for 30 days against everything',
    ],
    [
      'For 30 days we send nothing to your address that anybody else can cause.',
      'enrollment/new-address.test.ts: “this was not me” in the mail to a new address > ends the link, ends no course, and holds for 30 days against everything',
    ],
    [
      'If you take the course at this address, it goes on as it is.',
      'signup/mail-caps.test.ts: “this was not me”, from a learner > keeps the notes away for 30 days, and the course goes on',
    ],
    [
      'What was asked for is withdrawn, and its link has stopped working.',
      'enrollment/new-address.test.ts: “this was not me” in the mail to a new address > ends the link, ends no course, and holds for 30 days against everything',
    ],
    [
      'you can sign up after that day.',
      'signup/mail-caps.test.ts: “this was not me” > lets the person themselves sign up later on',
    ],
    [
      'Of this we keep a fingerprint of your address and the day, for 30 days.',
      'signup/mail-caps.test.ts: “this was not me” > leaves nothing of the person after 30 days, not even the address',
    ],
    [
      'Until … we send nothing to your address that anybody else can cause.',
      'enrollment/new-address.test.ts: “this was not me” in the mail to a new address > ends the link, ends no course, and holds for 30 days against everything',
    ],
  ],
  'src/web/learner/nudges.tsx': [
    [
      'It comes once in a course, and never to somebody who does not use the marks.',
      'enrollment/controls.test.ts: the nudge > never comes to somebody who has not used the mark',
    ],
  ],
  'src/web/learner/pause.tsx': [
    [
      'The next lesson comes at your hour, four days after the latest one or later.',
      'enrollment/controls.test.ts: a pause > without a date lasts until it is resumed, and then keeps four days',
    ],
    [
      'On this day the course goes on by itself.',
      'enrollment/controls.test.ts: a pause > until a date ends by itself on that day, at the next hour',
    ],
    [
      'Without a day it waits until you come back.',
      'enrollment/controls.test.ts: a pause > without a date lasts until it is resumed, and then keeps four days',
    ],
    [
      'One lesson was already on its way and may still arrive.',
      'enrollment/controls.test.ts: a pause > says so where a lesson is on its way, and the course stays paused after it',
    ],
  ],
  'src/web/learner/resend.tsx': [
    [
      'Up to … lessons a day can be sent again.',
      'enrollment/controls.test.ts: a lesson once more > comes as it was, leaves the course alone, and has a cap of its own',
    ],
  ],
  'src/web/learner/return.tsx': [
    [
      'whether to go on where you stopped or from the start.',
      'signup/come-back.test.ts: somebody who comes back > goes on where they stopped: the rest of the lessons, the earlier ones and the marks in place',
    ],
    [
      'Its button is your consent.',
      'enrollment/controls.test.ts: coming back after a goodbye > takes a fresh consent, by mail, from the page',
    ],
    [
      'Your log stays.',
      'enrollment/controls.test.ts: coming back after a goodbye > leaves the log as it was',
    ],
    [
      'so no such link goes there for 30 days.',
      'enrollment/new-address.test.ts: “this was not me” in the mail to a new address > ends the link, ends no course, and holds for 30 days against everything',
    ],
    [
      'Your course is running, so there is nothing to come back to.',
      'enrollment/controls.test.ts: coming back after a goodbye > changes nothing for somebody whose course runs',
    ],
  ],
  'src/web/learner/revoke.tsx': [
    [
      'All links so far stop working, and the learner gets a mail with a new one.',
      'enrollment/private.test.ts: a link that was sent to somebody else > ends with all the others, and the learner gets a new one',
    ],
    [
      'This link and every earlier one open nothing any more.',
      'enrollment/private.test.ts: a link that was sent to somebody else > ends with all the others, and the learner gets a new one',
    ],
  ],
  'src/web/staff/enter-pages.tsx': [
    [
      'It has a link and eight digits; both work once, for 15 minutes.',
      'staff/enter.test.ts: entering > ends after fifteen minutes, and another can be asked for in place',
    ],
    [
      'an address gets at most five such mails an hour and ten a day.',
      'staff/enter.test.ts: entering > is not shut by a stranger who asks all day: ten mails at most, and one’s own browser has its own',
    ],
    [
      'This page says the same for every address.',
      'staff/enter.test.ts: entering > says and does the same whoever has the address',
    ],
    [
      'To enter here all the same, press once more.',
      'staff/enter.test.ts: entering > asks in another browser for one press more on the portal, and on the console for the digits',
    ],
    [
      'This browser stays in for seven days at most, and for twelve hours in which it is not used.',
      'staff/enter.test.ts: entering > lasts seven days unseen on the portal and twelve hours on the console',
    ],
    [
      'This link was not asked for in this browser, so it opens nothing here.',
      'staff/enter.test.ts: entering > asks in another browser for one press more on the portal, and on the console for the digits',
    ],
    [
      'The invitation ends, and for 30 days nothing comes to you that anybody else can cause.',
      'staff/people.test.ts: whoever is invited > says “This was not me”: it ends, nothing is left of them, and for 30 days nothing comes',
    ],
  ],
  'src/web/staff/mount.tsx': [
    [
      'Your role does not include this, and nothing has been changed.',
      'staff/enter.test.ts: a form of the portal > does nothing for somebody who was removed or lowered since it was shown',
    ],
    [
      'You have asked for digits … times within an hour.',
      'staff/people.test.ts: an owner of a provider > gets digits ten times within an hour, and then is asked to wait',
    ],
  ],
  'src/web/staff/own.tsx': [
    [
      'End one that you do not know; whoever sits there is out at once.',
      'staff/people.test.ts: the browsers in which somebody is in > are listed, and end one by one or all at once',
    ],
  ],
  'src/web/embed/builders.ts': [
    [
      'the form finds its place again by the line that comes with it.',
      'embed/25_cache_plugin/spec.ts: that %s leaves the form in its place, once',
    ],
    [
      'the form is not on your site any more and shows a link instead, which opens the course in a tab of its own.',
      'embed/32_wix/spec.ts: shows a link in the frame on another host into which pasted code is put, and it opens the course',
    ],
  ],
  'src/web/portal/form.tsx': [
    [
      'Nothing that is sent here arrives.',
      'portal/form.test.ts: a preview > signs nobody up, in any way, and counts nothing',
    ],
    [
      'By the script only.',
      'portal/form.test.ts: the form builder > writes what is chosen into the snippet, and nothing of what is as usual',
    ],
  ],
  'src/web/portal/installed.tsx': [
    [
      'We ask for this page once, as any visitor would, and keep nothing of it but whether the form is there.',
      'provider/check-page.test.ts: a look at a page that carries the form > asks once, as a stranger, without a cookie and without following',
    ],
    [
      'It must be on one of your sites, and may be looked at 20 times an hour.',
      'provider/check-page.test.ts: looking > more than 20 times within an hour is refused, and asks nobody',
    ],
    [
      'it stands here within the hour.',
      'provider/sightings.test.ts: a page on which a browser loads the form > is noted once an hour, however many load it, in one round trip beside the answer’s',
    ],
    [
      'Nobody who visits your pages is counted: kept is the page, the way, the key and when.',
      'provider/sightings.test.ts: a page on which a browser loads the form > is noted with how it loads it and with which key, and nothing of who it was',
    ],
  ],
  'src/web/portal/keys.tsx': [
    [
      'Not at all: forms with the old key stop at once',
      'provider/operator.test.ts: a provider > with a new key takes signups by that one, and a form with the old one says so',
    ],
    ['it works on your sites only.', 'web/embed.test.ts: what a widget reads > is not for %j'],
  ],
  'src/web/portal/looks.tsx': [
    [
      'It shows at once on our own pages, and within five minutes in the form on yours.',
      'portal/form.test.ts: looks > are changed, shown at once, and stand in the log with the old name beside the new',
    ],
    ['It is kept nowhere.', 'portal/form.test.ts: looks > take a logo, show it, and let it go'],
    [
      'No logo and no line of yours stands in the form on your own site, nor in any mail: mails name you in words.',
      'provider/looks.test.ts: a logo > stands in no widget, no frame, no mail, and on no page without its provider',
    ],
    [
      'Where and by whom it was made is taken out of it.',
      'provider/looks.test.ts: a picture > %s keeps nothing of who made it, and where',
    ],
  ],
  'src/web/portal/sites.tsx': [
    [
      'The form works there within five minutes.',
      'portal/form.test.ts: sites > are added and taken out, and every owner is told by mail once',
    ],
  ],
};
