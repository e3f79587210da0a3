ALTER TABLE `retired_keys` ADD `told` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `retired_keys_ending` ON `retired_keys` (`works_until`) WHERE "retired_keys"."told" = 0;