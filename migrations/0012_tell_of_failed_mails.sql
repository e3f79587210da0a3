ALTER TABLE `events` ADD `reason` text;--> statement-breakpoint
CREATE INDEX `events_failed` ON `events` (`at`) WHERE "events"."kind" = 'failed';--> statement-breakpoint
ALTER TABLE `pulse` ADD `failed_at` integer;