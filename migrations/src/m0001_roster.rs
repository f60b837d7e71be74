//! Units, people, chats and their addresses: what a roster brings.

crate::step!(
    "m0001_roster",
    up: [
        // single numbers about the database itself; `directory` grows with every change to the tables below
        "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, value BIGINT NOT NULL)",
        "INSERT INTO meta (key, value) VALUES ('directory', 1)",
        "CREATE TABLE unit (
            id BIGINT PRIMARY KEY NOT NULL,
            code TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            parent_id BIGINT REFERENCES unit (id),
            level TEXT NOT NULL,
            zone TEXT
        )",
        "CREATE TABLE person (
            id BIGINT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL,
            unit_id BIGINT NOT NULL REFERENCES unit (id),
            kind TEXT,
            roles TEXT NOT NULL,
            team TEXT,
            UNIQUE (unit_id, name)
        )",
        "CREATE TABLE identity (
            id BIGINT PRIMARY KEY NOT NULL,
            person_id BIGINT NOT NULL REFERENCES person (id),
            account TEXT NOT NULL,
            external_id TEXT NOT NULL,
            UNIQUE (account, external_id)
        )",
        "CREATE TABLE chat (
            id BIGINT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL UNIQUE,
            unit_id BIGINT NOT NULL REFERENCES unit (id),
            role TEXT NOT NULL,
            list_missing BOOLEAN NOT NULL,
            reminders BOOLEAN NOT NULL,
            since_ms BIGINT NOT NULL
        )",
        "CREATE TABLE endpoint (
            id BIGINT PRIMARY KEY NOT NULL,
            chat_id BIGINT NOT NULL REFERENCES chat (id),
            account TEXT NOT NULL,
            external_id TEXT NOT NULL,
            direction TEXT NOT NULL,
            UNIQUE (account, external_id)
        )",
        "CREATE TABLE assignment (
            id BIGINT PRIMARY KEY NOT NULL,
            person_id BIGINT NOT NULL REFERENCES person (id),
            unit_id BIGINT NOT NULL REFERENCES unit (id),
            kind TEXT NOT NULL,
            from_day DATE,
            to_day DATE,
            UNIQUE (person_id, unit_id, kind)
        )",
        // a one-time code ties an address to a person or a group to a chat; only its hash is kept
        "CREATE TABLE join_code (
            id BIGINT PRIMARY KEY NOT NULL,
            code_hash TEXT NOT NULL UNIQUE,
            person_id BIGINT REFERENCES person (id),
            chat_id BIGINT REFERENCES chat (id),
            expires_at_ms BIGINT NOT NULL,
            used_at_ms BIGINT
        )",
    ],
    down: [
        "DROP TABLE join_code",
        "DROP TABLE assignment",
        "DROP TABLE endpoint",
        "DROP TABLE chat",
        "DROP TABLE identity",
        "DROP TABLE person",
        "DROP TABLE unit",
        "DROP TABLE meta",
    ]
);
