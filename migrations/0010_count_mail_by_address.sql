CREATE TABLE `strangers` (
	`hash` text NOT NULL,
	`what` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `strangers_by_address` ON `strangers` (`hash`,`at`);--> statement-breakpoint
CREATE INDEX `strangers_age` ON `strangers` (`at`);--> statement-breakpoint
CREATE UNIQUE INDEX `strangers_one_refusal` ON `strangers` (`hash`) WHERE "strangers"."what" = 'refusal';--> statement-breakpoint
DROP INDEX `deliveries_to_new_address`;--> statement-breakpoint
CREATE INDEX `deliveries_by_strangers` ON `deliveries` (`to_hash`,`due_at`) WHERE "deliveries"."kind" IN ('confirm', 'already-enrolled', 'address');--> statement-breakpoint
UPDATE `deliveries` SET `to_hash` = (SELECT `email_hash` FROM `subscribers` WHERE `id` = `deliveries`.`subscriber_id`)
WHERE `kind` IN ('confirm', 'already-enrolled') AND `to_hash` IS NULL;--> statement-breakpoint
INSERT INTO `strangers` (`hash`, `what`, `at`) SELECT `email_hash`, 'refusal', max(`unsubscribed_at`) FROM `subscribers`
WHERE `confirmed_at` IS NULL AND `unsubscribed_at` > unixepoch() - 2592000 GROUP BY `email_hash`;
