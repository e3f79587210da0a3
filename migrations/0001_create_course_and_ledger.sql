CREATE TABLE `batches` (
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
	`unanswered` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `batches_open` ON `batches` (`lane`,`lease_until`) WHERE "batches"."state" = 'open';--> statement-breakpoint
CREATE INDEX `batches_open_age` ON `batches` (`frozen_at`) WHERE "batches"."state" = 'open';--> statement-breakpoint
CREATE TABLE `contents` (
	`hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`lesson` integer,
	`body` text NOT NULL,
	`stored_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `deliveries` (
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
	`accepted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_lesson_once` ON `deliveries` (`enrollment_id`,`lesson`) WHERE "deliveries"."lane" = 'lesson' AND "deliveries"."state" NOT IN ('skipped', 'failed');--> statement-breakpoint
CREATE INDEX `deliveries_owed` ON `deliveries` (`lane`,`due_at`) WHERE "deliveries"."state" = 'owed';--> statement-breakpoint
CREATE INDEX `deliveries_sending` ON `deliveries` (`batch_id`) WHERE "deliveries"."state" = 'sending';--> statement-breakpoint
CREATE INDEX `deliveries_prompt` ON `deliveries` (`subscriber_id`,`due_at`) WHERE "deliveries"."lane" = 'prompt';--> statement-breakpoint
CREATE INDEX `deliveries_uncertain` ON `deliveries` (`due_at`) WHERE "deliveries"."state" = 'uncertain';--> statement-breakpoint
CREATE TABLE `enrollments` (
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
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "enrollments_state" CHECK("enrollments"."state" IN ('active', 'paused', 'completed', 'ended')),
	CONSTRAINT "enrollments_weekday" CHECK("enrollments"."weekday" BETWEEN 1 AND 7),
	CONSTRAINT "enrollments_due_is_active" CHECK("enrollments"."next_at" IS NULL OR "enrollments"."state" = 'active')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `enrollments_signup_id_unique` ON `enrollments` (`signup_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `enrollments_one_running` ON `enrollments` (`subscriber_id`) WHERE "enrollments"."state" IN ('active', 'paused');--> statement-breakpoint
CREATE INDEX `enrollments_by_subscriber` ON `enrollments` (`subscriber_id`);--> statement-breakpoint
CREATE INDEX `enrollments_due` ON `enrollments` (`next_lesson`,`next_at`) WHERE "enrollments"."next_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `halts` (
	`scope` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`since` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `mailbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`batch_key` text NOT NULL,
	`position` integer NOT NULL,
	`at` integer NOT NULL,
	`mail` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mailbox_once` ON `mailbox` (`batch_key`,`position`);--> statement-breakpoint
CREATE TABLE `pace` (
	`lane` text PRIMARY KEY NOT NULL,
	`next_free` integer DEFAULT 0 NOT NULL,
	`day` integer DEFAULT 0 NOT NULL,
	`sent` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `providers` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`public_key` text NOT NULL,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "providers_status" CHECK("providers"."status" IN ('active', 'paused'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `providers_public_key_unique` ON `providers` (`public_key`);--> statement-breakpoint
CREATE TABLE `pulse` (
	`id` integer PRIMARY KEY NOT NULL,
	`clock_offset` integer DEFAULT 0 NOT NULL,
	`last_tick` integer,
	`complaint` text
);
--> statement-breakpoint
CREATE TABLE `signups` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscriber_id` integer NOT NULL,
	`provider_id` integer,
	`first_name` text NOT NULL,
	`time_zone` text,
	`page` text NOT NULL,
	`words_version` text NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	FOREIGN KEY (`subscriber_id`) REFERENCES `subscribers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `signups_by_subscriber` ON `signups` (`subscriber_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `signups_unconfirmed` ON `signups` (`created_at`) WHERE "signups"."confirmed_at" IS NULL;--> statement-breakpoint
CREATE TABLE `subscribers` (
	`id` integer PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`email_hash` text NOT NULL,
	`first_name` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	`unsubscribed_at` integer,
	`link_version` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscribers_email_unique` ON `subscribers` (`email`);--> statement-breakpoint
CREATE TABLE `suppressions` (
	`hash` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL
);
