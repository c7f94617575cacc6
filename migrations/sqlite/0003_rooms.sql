-- Rooms. state is JSON: everything of a room that nothing is searched by.
CREATE TABLE rooms (
    id             BLOB PRIMARY KEY NOT NULL,
    code           TEXT NOT NULL UNIQUE CHECK (length(code) = 8),
    slug           TEXT UNIQUE,
    host_user      BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    password_hash  TEXT,
    -- Grows each time that the room opens after it was closed.
    opening        BIGINT NOT NULL,
    -- When an open room last noted that it lives.
    beat           BIGINT NOT NULL,
    is_open        BOOLEAN NOT NULL,
    state          TEXT NOT NULL,
    -- Grows with every change from outside of the open room: two that read the same row do not overwrite each other.
    version        BIGINT NOT NULL DEFAULT 0,
    created_at     BIGINT NOT NULL,
    last_active_at BIGINT NOT NULL,
    ended_at       BIGINT
);
CREATE INDEX rooms_by_host ON rooms (host_user);
CREATE INDEX rooms_by_end ON rooms (ended_at);

-- Accounts that have been in a room.
CREATE TABLE room_people (
    room_id   BLOB NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id   BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (room_id, user_id)
);
CREATE INDEX room_people_by_user ON room_people (user_id);

-- Chat. id grows within its room; author is who the room knows the person as; moment is JSON.
CREATE TABLE room_messages (
    room_id  BLOB NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    id       BIGINT NOT NULL,
    opening  BIGINT NOT NULL,
    author   TEXT NOT NULL,
    name     TEXT NOT NULL,
    text     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    reply_to BIGINT,
    moment   TEXT,
    edited   BOOLEAN NOT NULL DEFAULT FALSE,
    deleted  BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (room_id, id)
) WITHOUT ROWID;

CREATE TABLE room_reactions (
    room_id    BLOB NOT NULL,
    message_id BIGINT NOT NULL,
    person     TEXT NOT NULL,
    emoji      TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (room_id, message_id, person, emoji),
    FOREIGN KEY (room_id, message_id) REFERENCES room_messages (room_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
