-- Rows that a check would refuse are mended on the way: a date of a pause that nobody has asked for, an end that was not dated.
CREATE TABLE `__new_batches` (
	`id` integer PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`lane` text NOT NULL,
	`state` text NOT NULL,
	`who` text,
	`frozen` text,
	`size` integer NOT NULL,
	`mail_from` text NOT NULL,
	`reply_to` text,
	`base_url` text NOT NULL,
	`postal_address` text NOT NULL,
	`key_id` text NOT NULL,
	`sha256` text,
	`frozen_at` integer NOT NULL,
	`lease_id` text,
	`lease_until` integer NOT NULL,
	`attempts` integer NOT NULL,
	`unanswered` integer NOT NULL,
	CONSTRAINT "batches_lane" CHECK("lane" IN ('prompt', 'lesson')),
	CONSTRAINT "batches_state" CHECK("state" IN ('open', 'accepted', 'uncertain', 'released'))
);
--> statement-breakpoint
INSERT INTO `__new_batches`("id", "key", "lane", "state", "who", "frozen", "size", "mail_from", "reply_to", "base_url", "postal_address", "key_id", "sha256", "frozen_at", "lease_id", "lease_until", "attempts", "unanswered") SELECT "id", "key", "lane", "state", "who", "frozen", "size", "mail_from", "reply_to", "base_url", "postal_address", "key_id", "sha256", "frozen_at", "lease_id", "lease_until", "attempts", "unanswered" FROM `batches`;--> statement-breakpoint
DROP TABLE `batches`;--> statement-breakpoint
ALTER TABLE `__new_batches` RENAME TO `batches`;--> statement-breakpoint
CREATE INDEX `batches_open` ON `batches` (`lane`,`lease_until`) WHERE "batches"."state" = 'open';--> statement-breakpoint
CREATE INDEX `batches_open_age` ON `batches` (`frozen_at`) WHERE "batches"."state" = 'open';--> statement-breakpoint
CREATE TABLE `__new_deliveries` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`lane` text NOT NULL,
	`subscriber_id` integer NOT NULL,
	`enrollment_id` integer,
	`signup_id` integer,
	`lesson` integer,
	`content` text,
	`state` text NOT NULL,
	`due_at` integer NOT NULL,
	`batch_id` integer,
	`accepted_at` integer,
	`link_id` integer,
	`to_hash` text,
	CONSTRAINT "deliveries_lane" CHECK("lane" IN ('prompt', 'lesson')),
	CONSTRAINT "deliveries_state" CHECK("state" = 'owed' OR "state" = 'sending' OR "state" = 'sent' OR "state" = 'delivered' OR "state" = 'bounced' OR "state" = 'complained' OR "state" = 'skipped' OR "state" = 'failed' OR "state" = 'uncertain')
);
--> statement-breakpoint
INSERT INTO `__new_deliveries`("id", "kind", "lane", "subscriber_id", "enrollment_id", "signup_id", "lesson", "content", "state", "due_at", "batch_id", "accepted_at", "link_id", "to_hash") SELECT "id", "kind", "lane", "subscriber_id", "enrollment_id", "signup_id", "lesson", "content", "state", "due_at", "batch_id", "accepted_at", "link_id", "to_hash" FROM `deliveries`;--> statement-breakpoint
DROP TABLE `deliveries`;--> statement-breakpoint
ALTER TABLE `__new_deliveries` RENAME TO `deliveries`;--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_lesson_once` ON `deliveries` (`enrollment_id`,`lesson`) WHERE "deliveries"."lane" = 'lesson' AND "deliveries"."state" NOT IN ('skipped', 'failed');--> statement-breakpoint
CREATE INDEX `deliveries_owed` ON `deliveries` (`lane`,`due_at`) WHERE "deliveries"."state" = 'owed';--> statement-breakpoint
CREATE INDEX `deliveries_sending` ON `deliveries` (`batch_id`) WHERE "deliveries"."state" = 'sending';--> statement-breakpoint
CREATE INDEX `deliveries_prompt` ON `deliveries` (`subscriber_id`,`due_at`) WHERE "deliveries"."lane" = 'prompt';--> statement-breakpoint
CREATE INDEX `deliveries_uncertain` ON `deliveries` (`batch_id`) WHERE "deliveries"."state" = 'uncertain';--> statement-breakpoint
CREATE INDEX `deliveries_unsent` ON `deliveries` (`enrollment_id`) WHERE "deliveries"."lane" = 'lesson' AND "deliveries"."state" IN ('skipped', 'failed');--> statement-breakpoint
CREATE INDEX `deliveries_by_strangers` ON `deliveries` (`to_hash`,`due_at`) WHERE "deliveries"."kind" IN ('confirm', 'already-enrolled', 'address');--> statement-breakpoint
CREATE TABLE `__new_enrollments` (
	`id` integer PRIMARY KEY NOT NULL,
	`signup_id` integer NOT NULL,
	`subscriber_id` integer NOT NULL,
	`state` text NOT NULL,
	`pause_reason` text,
	`weekday` integer NOT NULL,
	`time` text NOT NULL,
	`zone` text NOT NULL,
	`rev` integer DEFAULT 0 NOT NULL,
	`next_lesson` integer DEFAULT 1 NOT NULL,
	`next_at` integer,
	`last_at` integer,
	`created_at` integer NOT NULL,
	`closed_at` integer,
	`resume_at` integer,
	`asked_at` integer,
	`read_weeks` integer DEFAULT 0 NOT NULL,
	`nudge_at` integer,
	`nudged_at` integer,
	`own_pause` integer,
	`undated_at` integer,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "enrollments_state" CHECK("state" IN ('active', 'paused', 'completed', 'ended')),
	CONSTRAINT "enrollments_weekday" CHECK("weekday" BETWEEN 1 AND 7),
	CONSTRAINT "enrollments_pause_reason" CHECK("pause_reason" IN ('refused', 'bounces', 'suppressed')),
	CONSTRAINT "enrollments_due_is_active" CHECK("next_at" IS NULL OR "state" = 'active'),
	CONSTRAINT "enrollments_resumes_own_pause" CHECK("resume_at" IS NULL OR ("state" = 'paused' AND "pause_reason" IS NULL)),
	CONSTRAINT "enrollments_closed" CHECK(("closed_at" IS NOT NULL) = ("state" IN ('completed', 'ended')))
);
--> statement-breakpoint
INSERT INTO `__new_enrollments`("id", "signup_id", "subscriber_id", "state", "pause_reason", "weekday", "time", "zone", "rev", "next_lesson", "next_at", "last_at", "created_at", "closed_at", "resume_at", "asked_at", "read_weeks", "nudge_at", "nudged_at", "own_pause", "undated_at") SELECT "id", "signup_id", "subscriber_id", "state", "pause_reason", "weekday", "time", "zone", "rev", "next_lesson", "next_at", "last_at", "created_at", 
	CASE WHEN "state" IN ('completed', 'ended') THEN coalesce("closed_at", "last_at", "created_at") END,
	CASE WHEN "state" = 'paused' AND "pause_reason" IS NULL THEN "resume_at" END,
	"asked_at", "read_weeks", "nudge_at", "nudged_at",
	CASE WHEN "state" = 'paused' AND "pause_reason" IS NOT NULL THEN coalesce("own_pause", "resume_at") END,
	"undated_at" FROM `enrollments`;--> statement-breakpoint
DROP TABLE `enrollments`;--> statement-breakpoint
ALTER TABLE `__new_enrollments` RENAME TO `enrollments`;--> statement-breakpoint
CREATE UNIQUE INDEX `enrollments_signup_id_unique` ON `enrollments` (`signup_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `enrollments_one_running` ON `enrollments` (`subscriber_id`) WHERE "enrollments"."state" IN ('active', 'paused');--> statement-breakpoint
CREATE INDEX `enrollments_by_subscriber` ON `enrollments` (`subscriber_id`);--> statement-breakpoint
CREATE INDEX `enrollments_due` ON `enrollments` (`next_lesson`,`next_at`) WHERE "enrollments"."next_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `enrollments_resuming` ON `enrollments` (`resume_at`) WHERE "enrollments"."resume_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `enrollments_nudging` ON `enrollments` (`nudge_at`) WHERE "enrollments"."nudge_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `enrollments_undated` ON `enrollments` (`undated_at`) WHERE "enrollments"."undated_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `__new_links` (
	`id` integer PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`subscriber_id` integer NOT NULL,
	`email` text,
	`email_hash` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	CONSTRAINT "links_purpose" CHECK("purpose" IN ('open', 'address', 'undo', 'erase'))
);
--> statement-breakpoint
INSERT INTO `__new_links`("id", "purpose", "subscriber_id", "email", "email_hash", "created_at", "expires_at", "used_at") SELECT "id", "purpose", "subscriber_id", "email", "email_hash", "created_at", "expires_at", "used_at" FROM `links`;--> statement-breakpoint
DROP TABLE `links`;--> statement-breakpoint
ALTER TABLE `__new_links` RENAME TO `links`;--> statement-breakpoint
CREATE INDEX `links_by_subscriber` ON `links` (`subscriber_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `links_expiring` ON `links` (`expires_at`);--> statement-breakpoint
CREATE TABLE `__new_pace` (
	`lane` text PRIMARY KEY NOT NULL,
	`next_free` integer DEFAULT 0 NOT NULL,
	`day` integer DEFAULT 0 NOT NULL,
	`sent` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "pace_lane" CHECK("lane" IN ('prompt', 'lesson'))
);
--> statement-breakpoint
INSERT INTO `__new_pace`("lane", "next_free", "day", "sent") SELECT "lane", "next_free", "day", "sent" FROM `pace`;--> statement-breakpoint
DROP TABLE `pace`;--> statement-breakpoint
ALTER TABLE `__new_pace` RENAME TO `pace`;