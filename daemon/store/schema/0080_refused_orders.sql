-- Orders that the broker refuses are set aside, so that they hold up nobody else. `refused_code` is the
-- reason code of MQTT v5 (256: the broker ends the link right after it); 0: not set aside. A new revision
-- begins anew. `refused_next`: when it is tried again by time alone.
ALTER TABLE orders ADD COLUMN refused_code INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN refused_at INTEGER;
ALTER TABLE orders ADD COLUMN refused_times INTEGER NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN refused_next INTEGER;

-- How many orders must still go out, and how many of them are set aside: kept as rows change, because
-- counting costs more the more there are.
CREATE TABLE order_tally(
    id INTEGER PRIMARY KEY CHECK(id = 1),
    unpublished INTEGER NOT NULL,
    set_aside INTEGER NOT NULL
) STRICT;
INSERT INTO order_tally SELECT 1, count(*), 0 FROM orders WHERE satisfied < wanted;

CREATE TRIGGER orders_tally_in AFTER INSERT ON orders WHEN new.satisfied < new.wanted BEGIN
    UPDATE order_tally SET unpublished = unpublished + 1;
END;
CREATE TRIGGER orders_tally_out AFTER DELETE ON orders BEGIN
    UPDATE order_tally SET unpublished = unpublished - (old.satisfied < old.wanted),
        set_aside = set_aside - (old.refused_code <> 0);
END;
CREATE TRIGGER orders_tally_wanted AFTER UPDATE OF satisfied, wanted ON orders
    WHEN (old.satisfied < old.wanted) <> (new.satisfied < new.wanted) BEGIN
    UPDATE order_tally
    SET unpublished = unpublished + (new.satisfied < new.wanted) - (old.satisfied < old.wanted);
END;
CREATE TRIGGER orders_tally_refused AFTER UPDATE OF refused_code ON orders
    WHEN (old.refused_code <> 0) <> (new.refused_code <> 0) BEGIN
    UPDATE order_tally
    SET set_aside = set_aside + (new.refused_code <> 0) - (old.refused_code <> 0);
END;
CREATE TRIGGER orders_new_revision AFTER UPDATE OF revision ON orders
    WHEN new.revision <> old.revision AND new.refused_code <> 0 BEGIN
    UPDATE orders SET refused_code = 0, refused_at = NULL, refused_times = 0, refused_next = NULL
    WHERE enterprise = new.enterprise;
END;
