ALTER TABLE `batches` ADD `offered` text;--> statement-breakpoint
ALTER TABLE `enrollments` ADD `provider_id` integer;--> statement-breakpoint
UPDATE `enrollments` SET `provider_id` =
  (SELECT `provider_id` FROM `signups` WHERE `signups`.`id` = `enrollments`.`signup_id`);
