-- Made by drizzle-kit; STRICT and WITHOUT ROWID are by hand.
CREATE TABLE `mismatches` (
	`segment` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`last_at` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `profiles` ADD `state` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `profiles` ADD `layout` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `profiles_layout` ON `profiles` (`layout`);--> statement-breakpoint
ALTER TABLE `profiles` DROP COLUMN `epoch`;
