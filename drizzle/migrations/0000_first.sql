CREATE TABLE `access_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`grant_id` text NOT NULL,
	`family_id` text NOT NULL,
	`resource` text NOT NULL,
	`access_level` text NOT NULL,
	`expires_at_ms` integer NOT NULL,
	FOREIGN KEY (`grant_id`) REFERENCES `grants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "access_tokens_access_level" CHECK("access_tokens"."access_level" in ('read', 'write', 'full'))
);
--> statement-breakpoint
CREATE INDEX `access_tokens_grant_id` ON `access_tokens` (`grant_id`);--> statement-breakpoint
CREATE INDEX `access_tokens_expires_at_ms` ON `access_tokens` (`expires_at_ms`);--> statement-breakpoint
CREATE TABLE `authorization_codes` (
	`hash` text PRIMARY KEY NOT NULL,
	`grant_id` text NOT NULL,
	`client_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`code_challenge` text NOT NULL,
	`resource` text NOT NULL,
	`access_level` text NOT NULL,
	`successor_hash` text,
	`expires_at_ms` integer NOT NULL,
	FOREIGN KEY (`grant_id`) REFERENCES `grants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "authorization_codes_access_level" CHECK("authorization_codes"."access_level" in ('read', 'write', 'full'))
);
--> statement-breakpoint
CREATE INDEX `authorization_codes_grant_id` ON `authorization_codes` (`grant_id`);--> statement-breakpoint
CREATE INDEX `authorization_codes_expires_at_ms` ON `authorization_codes` (`expires_at_ms`);--> statement-breakpoint
CREATE TABLE `clients` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`redirect_uris` text NOT NULL,
	`created_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `credentials` (
	`user_id` text PRIMARY KEY NOT NULL,
	`generation` integer NOT NULL,
	`sealed_access_token` text NOT NULL,
	`sealed_refresh_token` text NOT NULL,
	`access_expires_at_ms` integer NOT NULL,
	`state` text NOT NULL,
	`lease_holder` text,
	`lease_until_ms` integer,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "credentials_state" CHECK("credentials"."state" in ('live', 'dead')),
	CONSTRAINT "credentials_generation" CHECK("credentials"."generation" >= 1),
	CONSTRAINT "credentials_lease" CHECK(("credentials"."lease_holder" is null) = ("credentials"."lease_until_ms" is null))
);
--> statement-breakpoint
CREATE TABLE `facts` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `grants` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`client_id` text NOT NULL,
	`access_level` text NOT NULL,
	`resource` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "grants_access_level" CHECK("grants"."access_level" in ('read', 'write', 'full'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `grants_user_id_client_id` ON `grants` (`user_id`,`client_id`);--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`hash` text PRIMARY KEY NOT NULL,
	`grant_id` text NOT NULL,
	`family_id` text NOT NULL,
	`resource` text NOT NULL,
	`access_level` text NOT NULL,
	`successor_hash` text,
	`expires_at_ms` integer NOT NULL,
	FOREIGN KEY (`grant_id`) REFERENCES `grants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "refresh_tokens_access_level" CHECK("refresh_tokens"."access_level" in ('read', 'write', 'full'))
);
--> statement-breakpoint
CREATE INDEX `refresh_tokens_grant_id` ON `refresh_tokens` (`grant_id`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_expires_at_ms` ON `refresh_tokens` (`expires_at_ms`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`grant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`client_id` text NOT NULL,
	`protocol_version` text NOT NULL,
	`log_level` text,
	`created_at_ms` integer NOT NULL,
	`last_used_at_ms` integer NOT NULL,
	FOREIGN KEY (`grant_id`) REFERENCES `grants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_hash_unique` ON `sessions` (`hash`);--> statement-breakpoint
CREATE INDEX `sessions_grant_id` ON `sessions` (`grant_id`);--> statement-breakpoint
CREATE TABLE `sign_ins` (
	`id` text PRIMARY KEY NOT NULL,
	`browser_hash` text NOT NULL,
	`csrf_hash` text NOT NULL,
	`client_id` text NOT NULL,
	`redirect_uri` text NOT NULL,
	`client_state` text,
	`code_challenge` text NOT NULL,
	`resource` text NOT NULL,
	`requested_level` text NOT NULL,
	`granted_level` text,
	`upstream_state_hash` text,
	`sealed_upstream_code_verifier` text,
	`expires_at_ms` integer NOT NULL,
	FOREIGN KEY (`client_id`) REFERENCES `clients`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "sign_ins_requested_level" CHECK("sign_ins"."requested_level" in ('read', 'write', 'full')),
	CONSTRAINT "sign_ins_granted_level" CHECK("sign_ins"."granted_level" is null or "sign_ins"."granted_level" in ('read', 'write', 'full')),
	CONSTRAINT "sign_ins_consent" CHECK(("sign_ins"."granted_level" is null) = ("sign_ins"."upstream_state_hash" is null) and ("sign_ins"."granted_level" is null) = ("sign_ins"."sealed_upstream_code_verifier" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sign_ins_upstream_state_hash_unique` ON `sign_ins` (`upstream_state_hash`);--> statement-breakpoint
CREATE INDEX `sign_ins_expires_at_ms` ON `sign_ins` (`expires_at_ms`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`sub` text NOT NULL,
	`login` text NOT NULL,
	`created_at_ms` integer NOT NULL,
	`updated_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_sub_unique` ON `users` (`sub`);