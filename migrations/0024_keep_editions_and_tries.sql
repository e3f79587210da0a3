CREATE TABLE `adoptions` (
	`id` integer PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`edition` text NOT NULL,
	`accepts` text NOT NULL,
	`struck` text DEFAULT '[]' NOT NULL,
	`body` text NOT NULL,
	`body_hash` text NOT NULL,
	`agreed_by` text NOT NULL,
	`agreed_on` text NOT NULL,
	`from_day` text NOT NULL,
	`until_day` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	`follows` integer,
	CONSTRAINT "adoptions_days" CHECK("adoptions"."from_day" < "adoptions"."until_day")
);
--> statement-breakpoint
CREATE UNIQUE INDEX `adoptions_running` ON `adoptions` (`provider_id`) WHERE "adoptions"."ended_at" IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `adoptions_follows` ON `adoptions` (`follows`);--> statement-breakpoint
CREATE INDEX `adoptions_by_provider` ON `adoptions` (`provider_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `editions` (
	`hash` text PRIMARY KEY NOT NULL,
	`texts` text NOT NULL,
	`items` text NOT NULL,
	`words` integer NOT NULL,
	`people` text NOT NULL,
	`stored_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `evaluations` (
	`id` integer PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`edition` text NOT NULL,
	`shown_in` integer,
	`answers` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `evaluations_waiting` ON `evaluations` (`provider_id`,`edition`) WHERE "evaluations"."shown_in" IS NULL;--> statement-breakpoint
CREATE INDEX `evaluations_shown` ON `evaluations` (`provider_id`,`edition`) WHERE "evaluations"."shown_in" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `item_counts` (
	`id` integer PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`edition` text NOT NULL,
	`item` text NOT NULL,
	`right_count` integer NOT NULL,
	`of_count` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `item_counts_once` ON `item_counts` (`provider_id`,`edition`,`item`);--> statement-breakpoint
CREATE TABLE `texts` (
	`hash` text PRIMARY KEY NOT NULL,
	`lesson` integer NOT NULL,
	`body` text NOT NULL,
	`words` integer NOT NULL,
	`corrects` text,
	`stored_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `tries` (
	`id` integer PRIMARY KEY NOT NULL,
	`claim_id` integer NOT NULL,
	`number` integer NOT NULL,
	`answers` text DEFAULT '{}',
	`rev` integer DEFAULT 0 NOT NULL,
	`opened_at` integer NOT NULL,
	`saved_at` integer NOT NULL,
	`handed_in_at` integer,
	`right_count` integer,
	`needed` integer,
	`passed` integer,
	`by_lesson` text,
	CONSTRAINT "tries_graded" CHECK(("tries"."passed" IS NULL) = ("tries"."handed_in_at" IS NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tries_number` ON `tries` (`claim_id`,`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `tries_open` ON `tries` (`claim_id`) WHERE "tries"."handed_in_at" IS NULL;--> statement-breakpoint
CREATE INDEX `tries_left` ON `tries` (`saved_at`) WHERE "tries"."handed_in_at" IS NULL;--> statement-breakpoint
CREATE INDEX `tries_handed_in` ON `tries` (`handed_in_at`) WHERE "tries"."answers" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `claims` ADD `more_tries` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `contents` ADD `text_hash` text;