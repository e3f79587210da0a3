DROP INDEX `tries_left`;--> statement-breakpoint
CREATE INDEX `tries_left` ON `tries` (`opened_at`) WHERE "tries"."handed_in_at" IS NULL;