CREATE TABLE `certificates` (
	`number` text PRIMARY KEY NOT NULL,
	`adoption_id` integer NOT NULL,
	`provider_id` integer NOT NULL,
	`claim_id` integer,
	`subscriber_id` integer,
	`frozen` text,
	`layout` integer NOT NULL,
	`completed_on` text NOT NULL,
	`issued_at` integer NOT NULL,
	`badge` text,
	`badge_index` integer,
	`register` text NOT NULL,
	`withdrawn_at` integer,
	`why` text,
	`replaces` text,
	`replaced_by` text,
	`reported_at` integer,
	`keep_until` integer NOT NULL,
	CONSTRAINT "certificates_register" CHECK("certificates"."register" IN ('shown', 'name-hidden', 'closed'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `certificates_once` ON `certificates` (`claim_id`) WHERE "certificates"."withdrawn_at" IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `certificates_badge` ON `certificates` (`provider_id`,`badge_index`);--> statement-breakpoint
CREATE UNIQUE INDEX `certificates_replaces` ON `certificates` (`replaces`);--> statement-breakpoint
CREATE INDEX `certificates_by_provider` ON `certificates` (`provider_id`,`issued_at`);--> statement-breakpoint
CREATE INDEX `certificates_by_subscriber` ON `certificates` (`subscriber_id`);--> statement-breakpoint
CREATE INDEX `certificates_kept` ON `certificates` (`keep_until`) WHERE "certificates"."frozen" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `certificates_withdrawn` ON `certificates` (`provider_id`) WHERE "certificates"."withdrawn_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `claims` (
	`id` integer PRIMARY KEY NOT NULL,
	`subscriber_id` integer NOT NULL,
	`provider_id` integer NOT NULL,
	`adoption_id` integer NOT NULL,
	`round` integer DEFAULT 1 NOT NULL,
	`state` text NOT NULL,
	`legal_name` text,
	`latin_name` text,
	`licences` text,
	`register` text,
	`zone` text NOT NULL,
	`seed` text NOT NULL,
	`passed_at` integer,
	`evaluated` integer DEFAULT 0 NOT NULL,
	`attested_at` integer,
	`words_version` text,
	`completed_at` integer,
	`completed_on` text,
	`frozen` text,
	`released_at` integer,
	`rev` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "claims_state" CHECK("claims"."state" IN ('open', 'complete', 'issued', 'closed')),
	CONSTRAINT "claims_register" CHECK("claims"."register" IN ('shown', 'name-hidden')),
	CONSTRAINT "claims_complete" CHECK("claims"."state" NOT IN ('complete', 'issued') OR ("claims"."passed_at" IS NOT NULL
        AND "claims"."attested_at" IS NOT NULL AND "claims"."completed_at" IS NOT NULL
        AND "claims"."completed_on" IS NOT NULL AND "claims"."frozen" IS NOT NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `claims_once` ON `claims` (`subscriber_id`,`provider_id`,`round`);--> statement-breakpoint
CREATE INDEX `claims_by_adoption` ON `claims` (`adoption_id`,`state`);--> statement-breakpoint
CREATE INDEX `claims_to_issue` ON `claims` (`completed_at`) WHERE "claims"."state" = 'complete' AND "claims"."released_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `prints` (
	`hash` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`body` text NOT NULL
);
