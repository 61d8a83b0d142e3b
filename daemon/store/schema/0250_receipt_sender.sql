-- Who sent a receipt, where the channel proves it (mqtt.senders); empty: the enterprise is what the topic claims.
ALTER TABLE receipts ADD COLUMN sender TEXT NOT NULL DEFAULT '';
