CREATE TABLE `audit_events` (
	`id` text PRIMARY KEY NOT NULL,
	`at_ms` integer NOT NULL,
	`type` text NOT NULL,
	`user_id` text,
	`user_login` text,
	`client_id` text,
	`client_name` text,
	`grant_id` text,
	`address` text,
	`details` text
);
--> statement-breakpoint
CREATE INDEX `audit_events_at_ms` ON `audit_events` (`at_ms`);--> statement-breakpoint
CREATE INDEX `audit_events_user_id` ON `audit_events` (`user_id`);--> statement-breakpoint
CREATE INDEX `audit_events_client_id` ON `audit_events` (`client_id`);--> statement-breakpoint
ALTER TABLE `clients` ADD `auth_method` text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE `clients` ADD `secret_hash` text;--> statement-breakpoint
ALTER TABLE `clients` ADD `document_expires_at_ms` integer;--> statement-breakpoint
ALTER TABLE `credentials` ADD `forgejo_scopes` text;--> statement-breakpoint
CREATE TRIGGER `audit_events_unchanged` BEFORE UPDATE ON `audit_events` BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;
