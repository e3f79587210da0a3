CREATE TABLE `erased_subscribers` (
	`subscriber_id` integer PRIMARY KEY NOT NULL,
	`erased_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `erased_subscribers_age` ON `erased_subscribers` (`erased_at`);