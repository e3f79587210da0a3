CREATE TABLE `devices` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscriber_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `devices_by_subscriber` ON `devices` (`subscriber_id`);--> statement-breakpoint
CREATE INDEX `devices_expiring` ON `devices` (`expires_at`);--> statement-breakpoint
ALTER TABLE `log_entries` ADD `sealed` text;--> statement-breakpoint
ALTER TABLE `log_entries` ADD `key_id` text;--> statement-breakpoint
CREATE INDEX `log_entries_plain` ON `log_entries` (`id`) WHERE "log_entries"."text" <> '';--> statement-breakpoint
CREATE INDEX `log_entries_by_key` ON `log_entries` (`key_id`) WHERE "log_entries"."key_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `subscribers` ADD `log_salt` text;