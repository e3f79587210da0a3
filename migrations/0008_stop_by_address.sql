ALTER TABLE `acts` ADD `address_hash` text;--> statement-breakpoint
CREATE INDEX `acts_by_address` ON `acts` (`address_hash`) WHERE "acts"."address_hash" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `enrollments` ADD `own_pause` integer;--> statement-breakpoint
CREATE INDEX `subscribers_confirmed_by_hash` ON `subscribers` (`email_hash`) WHERE "subscribers"."confirmed_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `subscribers_goodbyes` ON `subscribers` (`unsubscribed_at`) WHERE "subscribers"."goodbye" IS NOT NULL;--> statement-breakpoint
UPDATE `acts` SET `address_hash` = CASE WHEN `subject` LIKE 'address:%' THEN substr(`subject`, 9) ELSE (SELECT `email_hash` FROM `subscribers` WHERE `id` = `acts`.`subscriber_id`) END
WHERE `subject` LIKE 'address:%' OR `subscriber_id` IS NOT NULL;
