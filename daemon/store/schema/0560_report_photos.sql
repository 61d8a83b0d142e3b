-- Which photos a report names. One photo may stand in several: its bytes are kept once for a revision of an order, and an
-- enterprise picks the same one again. order_photos.report is read no more.
CREATE TABLE order_report_photos(
    report INTEGER NOT NULL REFERENCES order_reports(number),
    photo INTEGER NOT NULL REFERENCES order_photos(number),
    PRIMARY KEY(report, photo)
) STRICT, WITHOUT ROWID;
INSERT INTO order_report_photos(report, photo) SELECT report, number FROM order_photos WHERE report IS NOT NULL;
-- For the check of what refers to a photo.
CREATE INDEX order_report_photos_by_photo ON order_report_photos(photo);
