DROP INDEX `tries_left`;--> statement-breakpoint
DROP INDEX `tries_handed_in`;--> statement-breakpoint
CREATE INDEX `tries_left` ON `tries` (`opened_at`) WHERE "tries"."handed_in_at" IS NULL;--> statement-breakpoint
CREATE INDEX `tries_handed_in` ON `tries` (`handed_in_at`) WHERE "tries"."answers" IS NOT NULL AND "tries"."handed_in_at" IS NOT NULL;