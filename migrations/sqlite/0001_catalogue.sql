-- Instants are Unix milliseconds; info hashes are 40 lower-case hex digits.
CREATE TABLE torrents (
    -- The full-text table points here; a rowid without a name would change on VACUUM.
    number       INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    info_hash    TEXT NOT NULL UNIQUE CHECK (length(info_hash) = 40),
    name         TEXT NOT NULL,
    size_bytes   BIGINT NOT NULL CHECK (size_bytes >= 0),
    magnet       TEXT NOT NULL,
    poster_url   TEXT,
    category     TEXT NOT NULL,
    seeders      BIGINT,
    published_at BIGINT,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX torrents_by_age ON torrents (created_at DESC, id DESC);

CREATE TABLE torrent_files (
    torrent_id BLOB NOT NULL REFERENCES torrents (id) ON DELETE CASCADE,
    file_index BIGINT NOT NULL,
    path       TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    PRIMARY KEY (torrent_id, file_index)
);

-- The metadata itself (BEP 3), so that a torrent that was evicted starts again without asking the swarm for it.
CREATE TABLE metainfo (
    info_hash  TEXT PRIMARY KEY NOT NULL,
    bytes      BLOB NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE VIRTUAL TABLE torrents_text USING fts5 (name, content = 'torrents', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2');
CREATE TRIGGER torrents_text_insert AFTER INSERT ON torrents BEGIN
    INSERT INTO torrents_text (rowid, name) VALUES (new.number, new.name);
END;
CREATE TRIGGER torrents_text_delete AFTER DELETE ON torrents BEGIN
    INSERT INTO torrents_text (torrents_text, rowid, name) VALUES ('delete', old.number, old.name);
END;
CREATE TRIGGER torrents_text_update AFTER UPDATE OF name ON torrents BEGIN
    INSERT INTO torrents_text (torrents_text, rowid, name) VALUES ('delete', old.number, old.name);
    INSERT INTO torrents_text (rowid, name) VALUES (new.number, new.name);
END;

-- viewer is `guest:<id>`; accounts will be `user:<id>`.
CREATE TABLE watch_history (
    id               BLOB PRIMARY KEY NOT NULL,
    viewer           TEXT NOT NULL,
    info_hash        TEXT NOT NULL,
    file_index       BIGINT NOT NULL,
    position_seconds DOUBLE PRECISION NOT NULL,
    duration_seconds DOUBLE PRECISION NOT NULL,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    UNIQUE (viewer, info_hash, file_index)
);
CREATE INDEX watch_history_by_viewer ON watch_history (viewer, updated_at DESC);
CREATE INDEX watch_history_by_age ON watch_history (updated_at);

-- When each torrent on the disk was last watched: what is evicted first.
CREATE TABLE torrent_use (
    info_hash       TEXT PRIMARY KEY NOT NULL,
    last_watched_at BIGINT NOT NULL
);
