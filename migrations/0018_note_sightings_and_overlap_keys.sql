CREATE TABLE `sightings` (
	`id` integer PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`page` text NOT NULL,
	`way` text NOT NULL,
	`key` text NOT NULL,
	`first_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	CONSTRAINT "sightings_way" CHECK("sightings"."way" IN ('script', 'frame'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sightings_once` ON `sightings` (`provider_id`,`page`,`way`,`key`);--> statement-breakpoint
CREATE INDEX `sightings_age` ON `sightings` (`seen_at`);--> statement-breakpoint
ALTER TABLE `retired_keys` ADD `works_until` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `retired_keys_by_provider` ON `retired_keys` (`provider_id`,`works_until`);