CREATE TABLE `acts` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`verb` text NOT NULL,
	`subscriber_id` integer,
	`subject` text,
	`reason` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `acts_by_subscriber` ON `acts` (`subscriber_id`) WHERE "acts"."subscriber_id" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `erasures` (
	`hash` text PRIMARY KEY NOT NULL,
	`consented_at` integer,
	`withdrawn_at` integer,
	`erased_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `erasures_age` ON `erasures` (`erased_at`);--> statement-breakpoint
DROP INDEX `events_soft`;--> statement-breakpoint
CREATE INDEX `events_by_subscriber` ON `events` (`subscriber_id`,`at`) WHERE "events"."subscriber_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `pulse` ADD `alerts` text;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `erase_requested_at` integer;--> statement-breakpoint
CREATE INDEX `subscribers_erasing` ON `subscribers` (`erase_requested_at`) WHERE "subscribers"."erase_requested_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_unsent` ON `deliveries` (`enrollment_id`) WHERE "deliveries"."lane" = 'lesson' AND "deliveries"."state" IN ('skipped', 'failed');