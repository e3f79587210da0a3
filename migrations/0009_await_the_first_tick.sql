ALTER TABLE `pulse` ADD `awaited_from` integer;--> statement-breakpoint
UPDATE `pulse` SET `awaited_from` = unixepoch();
