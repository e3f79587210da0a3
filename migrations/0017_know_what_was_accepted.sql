CREATE TABLE `kept` (
	`name` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
ALTER TABLE `batches` ADD `accepted_at` integer;--> statement-breakpoint
ALTER TABLE `batches` ADD `accepted` integer;--> statement-breakpoint
CREATE INDEX `batches_accepted` ON `batches` (`accepted_at`,`lane`,`accepted`) WHERE "batches"."accepted_at" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `pulse` ADD `cap` text;--> statement-breakpoint
CREATE INDEX `events_trouble` ON `events` (`at`,`kind`,`delivery_id`) WHERE "events"."kind" <> 'delivered';--> statement-breakpoint
UPDATE `pulse` SET `cap` = '{"kind":"none"}' WHERE EXISTS (SELECT 1 FROM `batches`);
