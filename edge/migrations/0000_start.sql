-- Made by drizzle-kit; STRICT, WITHOUT ROWID (rows of one profile lie together) and the last statement are by hand.
CREATE TABLE `conflicts` (
	`reason` text NOT NULL,
	CONSTRAINT "conflict" CHECK(false)
) STRICT;
--> statement-breakpoint
CREATE TABLE `events` (
	`profile` integer NOT NULL,
	`id` text NOT NULL,
	`seq` integer NOT NULL,
	`name` text NOT NULL,
	`ts` integer NOT NULL,
	`props` text NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`profile`, `id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `identities` (
	`kind` text NOT NULL,
	`value` text NOT NULL,
	`profile` integer NOT NULL,
	PRIMARY KEY(`kind`, `value`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `identities_profile` ON `identities` (`profile`);--> statement-breakpoint
CREATE TABLE `keys` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `keys_hash_unique` ON `keys` (`hash`);--> statement-breakpoint
CREATE TABLE `membership_log` (
	`id` integer PRIMARY KEY NOT NULL,
	`profile` integer NOT NULL,
	`segment` text NOT NULL,
	`change` text NOT NULL,
	`cause` text NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `membership_log_profile` ON `membership_log` (`profile`);--> statement-breakpoint
CREATE INDEX `membership_log_segment` ON `membership_log` (`segment`,`at`);--> statement-breakpoint
CREATE TABLE `memberships` (
	`profile` integer NOT NULL,
	`segment` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`profile`, `segment`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `memberships_segment` ON `memberships` (`segment`,`profile`);--> statement-breakpoint
CREATE TABLE `profiles` (
	`id` integer PRIMARY KEY NOT NULL,
	`user_id` text,
	`anonymous_id` text,
	`traits` text NOT NULL,
	`seq` integer NOT NULL,
	`epoch` integer NOT NULL,
	`due_at` integer,
	`definitions` integer NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `profiles_due` ON `profiles` (`due_at`) WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX `profiles_definitions` ON `profiles` (`definitions`);--> statement-breakpoint
CREATE TABLE `segment_members` (
	`segment` text NOT NULL,
	`member` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`segment`, `member`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `segment_members_member` ON `segment_members` (`member`);--> statement-breakpoint
CREATE TABLE `segment_versions` (
	`segment` text NOT NULL,
	`version` integer NOT NULL,
	`definition` text NOT NULL,
	`saved_at` integer NOT NULL,
	PRIMARY KEY(`segment`, `version`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `segments` (
	`key` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`type` text NOT NULL,
	`status` text NOT NULL,
	`rule` text,
	`private` integer NOT NULL,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `workspace` (
	`id` integer PRIMARY KEY NOT NULL,
	`zone` text DEFAULT 'UTC' NOT NULL,
	`personal_traits` text NOT NULL,
	`computed` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `writes` (
	`profile` integer NOT NULL,
	`id` text NOT NULL,
	`received_at` integer NOT NULL,
	PRIMARY KEY(`profile`, `id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `workspace` (`id`, `personal_traits`, `computed`) VALUES (1, '["email","phone","name","user_id"]', '{}');
