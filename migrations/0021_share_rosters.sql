CREATE TABLE `counts` (
	`provider_id` integer PRIMARY KEY NOT NULL,
	`looked_at` integer NOT NULL,
	`due_at` integer,
	`at` integer,
	`total` integer,
	`body` text,
	`so_far` text
);
--> statement-breakpoint
CREATE INDEX `counts_due` ON `counts` (`due_at`) WHERE "counts"."due_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `departures` (
	`ref` text PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`what` text NOT NULL,
	`at` integer NOT NULL,
	CONSTRAINT "departures_what" CHECK("departures"."what" IN ('erased', 'withdrawn', 'moved'))
);
--> statement-breakpoint
CREATE INDEX `departures_by_provider` ON `departures` (`provider_id`,`at`);--> statement-breakpoint
CREATE INDEX `departures_age` ON `departures` (`at`);--> statement-breakpoint
CREATE TABLE `shares` (
	`id` integer PRIMARY KEY NOT NULL,
	`ref` text NOT NULL,
	`provider_id` integer NOT NULL,
	`subscriber_id` integer NOT NULL,
	`enrollment_id` integer NOT NULL,
	`words` text NOT NULL,
	`since` integer NOT NULL,
	`finished_at` integer,
	`ended_at` integer,
	`ended` text,
	CONSTRAINT "shares_ended" CHECK(("shares"."ended_at" IS NULL) = ("shares"."ended" IS NULL)),
	CONSTRAINT "shares_ended_how" CHECK("shares"."ended" IN ('withdrawn', 'moved'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `shares_ref_unique` ON `shares` (`ref`);--> statement-breakpoint
CREATE UNIQUE INDEX `shares_once` ON `shares` (`provider_id`,`subscriber_id`);--> statement-breakpoint
CREATE INDEX `shares_roster` ON `shares` (`provider_id`,`since`,`id`) WHERE "shares"."ended_at" IS NULL;--> statement-breakpoint
CREATE INDEX `shares_ended` ON `shares` (`provider_id`,`ended_at`) WHERE "shares"."ended_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `shares_by_subscriber` ON `shares` (`subscriber_id`);--> statement-breakpoint
CREATE TABLE `weeks` (
	`provider_id` integer NOT NULL,
	`week` integer NOT NULL,
	`unconfirmed` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `weeks_once` ON `weeks` (`provider_id`,`week`);--> statement-breakpoint
CREATE INDEX `acts_exports` ON `acts` (`provider_id`,`at`) WHERE "acts"."verb" IN ('export-begun', 'exported');--> statement-breakpoint
-- Who came through a provider so far, once for each: with their latest course through it. Who has begun another since without having been sent all eight has left.
INSERT INTO `shares` (`ref`, `provider_id`, `subscriber_id`, `enrollment_id`, `words`, `since`, `finished_at`, `ended_at`, `ended`)
SELECT lower(hex(randomblob(10))), t.provider_id, t.subscriber_id, t.enrollment_id, g.words_version, t.since, t.finished_at,
	CASE WHEN t.finished_at IS NULL AND e.next_lesson <= 8 THEN t.left_at END,
	CASE WHEN t.finished_at IS NULL AND e.next_lesson <= 8 AND t.left_at IS NOT NULL THEN 'moved' END
FROM (
	SELECT b.*,
		(SELECT max(coalesce(d.accepted_at, x.last_at, x.created_at)) FROM enrollments x
			JOIN signups xg ON xg.id = x.signup_id
			LEFT JOIN deliveries d ON d.enrollment_id = x.id AND d.lesson = 8 AND d.lane = 'lesson' AND d.state NOT IN ('skipped', 'failed')
			WHERE x.subscriber_id = b.subscriber_id AND xg.provider_id = b.provider_id AND x.id <> b.enrollment_id AND x.next_lesson > 8) AS finished_at,
		(SELECT n.created_at FROM enrollments n WHERE n.subscriber_id = b.subscriber_id AND n.id > b.enrollment_id ORDER BY n.id LIMIT 1) AS left_at
	FROM (
		SELECT g.provider_id, e.subscriber_id, max(e.id) AS enrollment_id, min(coalesce(g.confirmed_at, e.created_at)) AS since
		FROM enrollments e JOIN signups g ON g.id = e.signup_id JOIN subscribers p ON p.id = e.subscriber_id
		WHERE g.provider_id IS NOT NULL AND p.erase_requested_at IS NULL
		GROUP BY g.provider_id, e.subscriber_id
	) b
) t
JOIN enrollments e ON e.id = t.enrollment_id JOIN signups g ON g.id = e.signup_id;
