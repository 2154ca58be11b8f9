-- Made by drizzle-kit; STRICT and the last statement are by hand.
CREATE TABLE `decision_versions` (
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`version` integer NOT NULL,
	`definition` text NOT NULL,
	`document` text NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`kind`, `key`, `version`)
) STRICT;
--> statement-breakpoint
CREATE TABLE `decisions` (
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`definition` text NOT NULL,
	`document` text NOT NULL,
	`private` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`archived_at` integer,
	PRIMARY KEY(`kind`, `key`)
) STRICT;
--> statement-breakpoint
ALTER TABLE `workspace` ADD `membership_version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `caps` text;--> statement-breakpoint
UPDATE `workspace` SET `membership_version` = `version`;
