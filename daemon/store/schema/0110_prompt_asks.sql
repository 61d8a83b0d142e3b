-- What a prompt asks for: 'warning', or 'lift' of the colour it names.
ALTER TABLE prompts ADD COLUMN asks TEXT NOT NULL DEFAULT 'warning';
