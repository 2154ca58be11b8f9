-- Made by drizzle-kit; STRICT is by hand.
CREATE TABLE `identity_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`alg` text NOT NULL,
	`jwk` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
) STRICT;
--> statement-breakpoint
ALTER TABLE `workspace` ADD `identity_required` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `workspace` ADD `identity_audience` text;