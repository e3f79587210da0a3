CREATE TABLE `links` (
	`id` integer PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`subscriber_id` integer NOT NULL,
	`email` text,
	`email_hash` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE INDEX `links_by_subscriber` ON `links` (`subscriber_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `links_expiring` ON `links` (`expires_at`);--> statement-breakpoint
CREATE TABLE `log_entries` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscriber_id` integer NOT NULL,
	`lesson` integer NOT NULL,
	`text` text NOT NULL,
	`rev` integer DEFAULT 1 NOT NULL,
	`saved_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `log_entries_once` ON `log_entries` (`subscriber_id`,`lesson`);--> statement-breakpoint
ALTER TABLE `deliveries` ADD `link_id` integer;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `to_hash` text;--> statement-breakpoint
ALTER TABLE `enrollments` ADD `resume_at` integer;--> statement-breakpoint
ALTER TABLE `enrollments` ADD `asked_at` integer;--> statement-breakpoint
ALTER TABLE `enrollments` ADD `read_weeks` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `enrollments` ADD `nudge_at` integer;--> statement-breakpoint
ALTER TABLE `enrollments` ADD `nudged_at` integer;--> statement-breakpoint
CREATE INDEX `enrollments_resuming` ON `enrollments` (`resume_at`) WHERE "enrollments"."resume_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `enrollments_nudging` ON `enrollments` (`nudge_at`) WHERE "enrollments"."nudge_at" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `pulse` ADD `chores_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `nudges_off_at` integer;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `goodbye` text;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `locked_until` integer;