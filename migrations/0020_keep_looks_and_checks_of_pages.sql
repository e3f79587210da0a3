CREATE TABLE `logos` (
	`hash` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `page_checks` (
	`id` integer PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`page` text NOT NULL,
	`at` integer NOT NULL,
	`found` text,
	CONSTRAINT "page_checks_found" CHECK("page_checks"."found" IN ('works', 'faulty', 'nothing', 'unread'))
);
--> statement-breakpoint
CREATE INDEX `page_checks_by_provider` ON `page_checks` (`provider_id`,`at`);--> statement-breakpoint
ALTER TABLE `providers` ADD `accent` text;--> statement-breakpoint
ALTER TABLE `providers` ADD `line` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `providers` ADD `site` text;--> statement-breakpoint
ALTER TABLE `providers` ADD `logo` text;