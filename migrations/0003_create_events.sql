CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`delivery_id` integer NOT NULL,
	`subscriber_id` integer,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `events_age` ON `events` (`at`);--> statement-breakpoint
CREATE INDEX `events_soft` ON `events` (`subscriber_id`,`at`) WHERE "events"."kind" = 'soft-bounce';--> statement-breakpoint
DROP INDEX `deliveries_uncertain`;--> statement-breakpoint
CREATE INDEX `deliveries_uncertain` ON `deliveries` (`batch_id`) WHERE "deliveries"."state" = 'uncertain';