ALTER TABLE `enrollments` ADD `undated_at` integer;--> statement-breakpoint
CREATE INDEX `enrollments_undated` ON `enrollments` (`undated_at`) WHERE "enrollments"."undated_at" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `pulse` ADD `zone_rules` text;--> statement-breakpoint
ALTER TABLE `pulse` ADD `redate_from` integer;