-- Migration 12. A VPC is opened in its own region. What was granted before did not say which: that of the
-- routers is taken for it.

CREATE TABLE grants_of_vpcs (
    world      INTEGER NOT NULL,
    account    INTEGER NOT NULL,
    vpc        TEXT NOT NULL,
    vpc_region INTEGER NOT NULL, -- words.n
    owner      INTEGER NOT NULL,
    region     INTEGER NOT NULL, -- words.n
    to_all     INTEGER NOT NULL,
    routers    TEXT NOT NULL, -- ids, with commas between them
    PRIMARY KEY (world, account, vpc, vpc_region, owner, region)
) STRICT, WITHOUT ROWID;
INSERT INTO grants_of_vpcs
    SELECT world, account, vpc, region, owner, region, to_all, routers FROM grants;
DROP TABLE grants;
ALTER TABLE grants_of_vpcs RENAME TO grants;
