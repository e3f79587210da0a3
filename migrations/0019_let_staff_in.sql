CREATE TABLE `entries` (
	`id` integer PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`room` text NOT NULL,
	`staff_id` integer NOT NULL,
	`provider_id` integer,
	`session_id` integer,
	`act` text,
	`asked` text,
	`browser` integer,
	`tries` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	CONSTRAINT "entries_purpose" CHECK("entries"."purpose" IN ('enter', 'invite', 'sure')),
	CONSTRAINT "entries_room" CHECK("entries"."room" IN ('portal', 'console'))
);
--> statement-breakpoint
CREATE INDEX `entries_by_staff` ON `entries` (`staff_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `entries_expiring` ON `entries` (`expires_at`);--> statement-breakpoint
CREATE INDEX `entries_asked` ON `entries` (`asked`) WHERE "entries"."asked" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `entries_by_provider` ON `entries` (`provider_id`,`created_at`) WHERE "entries"."provider_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `entries_sure` ON `entries` (`session_id`) WHERE "entries"."session_id" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `members` (
	`id` integer PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`staff_id` integer NOT NULL,
	`role` text NOT NULL,
	`may_export` integer DEFAULT 0 NOT NULL,
	`invited_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`joined_at` integer,
	CONSTRAINT "members_role" CHECK("members"."role" IN ('owner', 'viewer'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `members_once` ON `members` (`provider_id`,`staff_id`);--> statement-breakpoint
CREATE INDEX `members_by_staff` ON `members` (`staff_id`);--> statement-breakpoint
CREATE TABLE `operators` (
	`staff_id` integer PRIMARY KEY NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "operators_role" CHECK("operators"."role" IN ('owner', 'helper', 'reader'))
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`room` text NOT NULL,
	`staff_id` integer NOT NULL,
	`agent` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	CONSTRAINT "sessions_room" CHECK("sessions"."room" IN ('portal', 'console'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_hash_unique` ON `sessions` (`hash`);--> statement-breakpoint
CREATE INDEX `sessions_by_staff` ON `sessions` (`staff_id`);--> statement-breakpoint
CREATE INDEX `sessions_ending` ON `sessions` (`ends_at`);--> statement-breakpoint
CREATE TABLE `staff` (
	`id` integer PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`email_hash` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`entered_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `staff_email_unique` ON `staff` (`email`);--> statement-breakpoint
ALTER TABLE `acts` ADD `provider_id` integer;--> statement-breakpoint
CREATE INDEX `acts_by_provider` ON `acts` (`provider_id`,`id`) WHERE "acts"."provider_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `staff_id` integer;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `entry_id` integer;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `about` integer;--> statement-breakpoint
CREATE INDEX `deliveries_staff` ON `deliveries` (`staff_id`,`due_at`) WHERE "deliveries"."staff_id" IS NOT NULL;