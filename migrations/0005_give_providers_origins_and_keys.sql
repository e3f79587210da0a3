CREATE TABLE `retired_keys` (
	`key` text PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`retired_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `providers` ADD `slug` text;--> statement-breakpoint
ALTER TABLE `providers` ADD `origins` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `providers` ADD `theme` text DEFAULT 'auto' NOT NULL;--> statement-breakpoint
ALTER TABLE `providers` ADD `time_zone` text;--> statement-breakpoint
CREATE UNIQUE INDEX `providers_slug_unique` ON `providers` (`slug`);--> statement-breakpoint
ALTER TABLE `pulse` ADD `spike_at` integer;--> statement-breakpoint
CREATE INDEX `signups_by_provider` ON `signups` (`provider_id`,`created_at`) WHERE "signups"."provider_id" IS NOT NULL;