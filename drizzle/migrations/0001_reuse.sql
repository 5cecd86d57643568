ALTER TABLE `authorization_codes` ADD `used_at_ms` integer;--> statement-breakpoint
ALTER TABLE `authorization_codes` ADD `family_id` text;--> statement-breakpoint
ALTER TABLE `refresh_tokens` ADD `used_at_ms` integer;--> statement-breakpoint
ALTER TABLE `refresh_tokens` ADD `sealed_successors` text;--> statement-breakpoint
ALTER TABLE `refresh_tokens` ADD `sealed_successors_expire_at_ms` integer;--> statement-breakpoint
CREATE INDEX `refresh_tokens_family_id` ON `refresh_tokens` (`family_id`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_sealed_successors_expire_at_ms` ON `refresh_tokens` (`sealed_successors_expire_at_ms`);--> statement-breakpoint
CREATE INDEX `access_tokens_family_id` ON `access_tokens` (`family_id`);--> statement-breakpoint
CREATE INDEX `clients_created_at_ms` ON `clients` (`created_at_ms`);--> statement-breakpoint
CREATE INDEX `grants_client_id` ON `grants` (`client_id`);--> statement-breakpoint
CREATE INDEX `sign_ins_client_id` ON `sign_ins` (`client_id`);