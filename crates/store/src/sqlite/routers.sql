-- Migration 8. Virtual border routers and what hangs off them. A receipt names the router or the
-- group that its call has made where it names circuits: outcome 4 a router, 5 a failover group.

CREATE TABLE routers (
    world          INTEGER NOT NULL,
    id             TEXT NOT NULL,
    account        INTEGER NOT NULL,
    owner          INTEGER NOT NULL,
    circuit        TEXT NOT NULL,
    region         INTEGER NOT NULL, -- words.n
    created_at     INTEGER NOT NULL,
    status         INTEGER NOT NULL, -- words.n
    activated_at   INTEGER,
    terminated_at  INTEGER,
    recovered_at   INTEGER,
    wakes_at       INTEGER,
    deleted        INTEGER NOT NULL,
    vlan           INTEGER NOT NULL,
    circuit_code   TEXT NOT NULL,
    local_ip       TEXT NOT NULL,
    peer_ip        TEXT NOT NULL,
    mask           TEXT NOT NULL,
    local_ipv6     TEXT NOT NULL,
    peer_ipv6      TEXT NOT NULL,
    ipv6_prefix    TEXT NOT NULL,
    ipv6           INTEGER NOT NULL,
    bandwidth_mbps INTEGER NOT NULL,
    min_tx_ms      INTEGER NOT NULL,
    min_rx_ms      INTEGER NOT NULL,
    multiplier     INTEGER NOT NULL,
    mtu            INTEGER NOT NULL,
    sitelink       INTEGER NOT NULL,
    name           TEXT NOT NULL,
    description    TEXT NOT NULL,
    resource_group TEXT NOT NULL,
    tags           TEXT, -- a line each: the key, a tab, the value
    router_group   TEXT,
    PRIMARY KEY (world, id)
) STRICT, WITHOUT ROWID;

-- The further circuits of a router, in the order in which they were added.
CREATE TABLE router_circuits (
    world        INTEGER NOT NULL,
    router       TEXT NOT NULL,
    place        INTEGER NOT NULL,
    circuit      TEXT NOT NULL,
    vlan         INTEGER NOT NULL,
    circuit_code TEXT NOT NULL,
    local_ip     TEXT NOT NULL,
    peer_ip      TEXT NOT NULL,
    mask         TEXT NOT NULL,
    local_ipv6   TEXT NOT NULL,
    peer_ipv6    TEXT NOT NULL,
    ipv6_prefix  TEXT NOT NULL,
    ipv6         INTEGER NOT NULL,
    PRIMARY KEY (world, router, place)
) STRICT, WITHOUT ROWID;

-- How routers came to stand as they do.
CREATE TABLE router_moves (
    id       INTEGER PRIMARY KEY,
    world    INTEGER NOT NULL,
    router   TEXT NOT NULL,
    account  INTEGER NOT NULL,
    owner    INTEGER NOT NULL,
    status   INTEGER NOT NULL, -- words.n
    deleted  INTEGER NOT NULL,
    moved_at INTEGER NOT NULL,
    cause    INTEGER NOT NULL, -- words.n
    request  BLOB
) STRICT;

CREATE TABLE router_groups (
    world       INTEGER NOT NULL,
    id          TEXT NOT NULL,
    account     INTEGER NOT NULL,
    region      INTEGER NOT NULL, -- words.n
    router      TEXT NOT NULL,
    peer        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    status      INTEGER NOT NULL, -- words.n
    wakes_at    INTEGER,
    deleted     INTEGER NOT NULL,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (world, id)
) STRICT, WITHOUT ROWID;

-- What accounts see of things that are at home with others.
CREATE TABLE shared_things (
    world   INTEGER NOT NULL,
    account INTEGER NOT NULL,
    thing   TEXT NOT NULL,
    home    INTEGER NOT NULL,
    PRIMARY KEY (world, account, thing)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
    world     INTEGER NOT NULL,
    account   INTEGER NOT NULL,
    vpc       TEXT NOT NULL,
    owner     INTEGER NOT NULL,
    region    INTEGER NOT NULL, -- words.n
    to_all    INTEGER NOT NULL,
    routers   TEXT NOT NULL, -- ids, with commas between them
    PRIMARY KEY (world, account, vpc, owner, region)
) STRICT, WITHOUT ROWID;
