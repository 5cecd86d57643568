CREATE INDEX `sessions_user_id_last_used_at_ms` ON `sessions` (`user_id`,`last_used_at_ms`);--> statement-breakpoint
CREATE INDEX `sessions_last_used_at_ms` ON `sessions` (`last_used_at_ms`);