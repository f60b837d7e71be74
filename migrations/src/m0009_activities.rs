//! Activities that people sign up for, and wishes that cadres fulfil.
//!
//! `who` is somebody across accounts, see `domain::somebody`; beside it stands nothing of a person but the name they are
//! shown by.

crate::step!(
    "m0009_activities",
    up: [
        "CREATE TABLE activity (
            id BIGINT PRIMARY KEY NOT NULL,
            number BIGINT NOT NULL UNIQUE,
            unit_id BIGINT NOT NULL,
            organiser TEXT NOT NULL,
            organiser_name TEXT NOT NULL,
            club_id BIGINT REFERENCES club (id),
            title TEXT NOT NULL,
            place TEXT NOT NULL,
            about TEXT NOT NULL,
            kind TEXT,
            places BIGINT,
            starts_at_ms BIGINT NOT NULL,
            ends_at_ms BIGINT NOT NULL,
            closes_at_ms BIGINT NOT NULL,
            remind_at_ms BIGINT NOT NULL,
            reminded_at_ms BIGINT,
            state TEXT NOT NULL,
            published_at_ms BIGINT NOT NULL,
            settled_at_ms BIGINT,
            code TEXT,
            record_id BIGINT,
            touched BIGINT NOT NULL,
            changes BIGINT NOT NULL DEFAULT 0
        )",
        // what is open: the list, and what every tick of the schedule looks at
        "CREATE INDEX activity_open ON activity (ends_at_ms) WHERE state = 'open'",
        // the groups it was published in
        "CREATE TABLE activity_chat (
            activity_id BIGINT NOT NULL REFERENCES activity (id),
            chat_id BIGINT NOT NULL REFERENCES chat (id),
            PRIMARY KEY (activity_id, chat_id)
        )",
        // those who signed up, those who wait for a place, and those who came without; the turn orders them
        "CREATE TABLE activity_person (
            activity_id BIGINT NOT NULL REFERENCES activity (id),
            who TEXT NOT NULL,
            name TEXT NOT NULL,
            chat_id BIGINT,
            standing TEXT NOT NULL,
            turn BIGINT NOT NULL,
            signed_at_ms BIGINT NOT NULL,
            came_at_ms BIGINT,
            PRIMARY KEY (activity_id, who)
        )",
        // whether somebody came to anything before
        "CREATE INDEX activity_person_who ON activity_person (who) WHERE came_at_ms IS NOT NULL",
        // wrong codes
        "CREATE TABLE activity_try (
            activity_id BIGINT NOT NULL REFERENCES activity (id),
            who TEXT NOT NULL,
            tries BIGINT NOT NULL,
            PRIMARY KEY (activity_id, who)
        )",
        "CREATE TABLE wish (
            id BIGINT PRIMARY KEY NOT NULL,
            number BIGINT NOT NULL UNIQUE,
            unit_id BIGINT NOT NULL,
            chat_id BIGINT,
            who TEXT NOT NULL,
            name TEXT NOT NULL,
            text TEXT NOT NULL,
            state TEXT NOT NULL,
            wished_at_ms BIGINT NOT NULL,
            shown_at_ms BIGINT,
            claimed_by BIGINT,
            claimed_at_ms BIGINT,
            claim_record_id BIGINT,
            done_at_ms BIGINT,
            done_text TEXT,
            done_record_id BIGINT,
            confirmed_at_ms BIGINT
        )",
        // the list, and what nobody has claimed for a week
        "CREATE INDEX wish_open ON wish (wished_at_ms) WHERE state = 'open'",
        // how many somebody has
        "CREATE INDEX wish_who ON wish (who)",
        // what a cadre has claimed
        "CREATE INDEX wish_claimed_by ON wish (claimed_by) WHERE claimed_by IS NOT NULL",
        // the wish behind a record that is withdrawn
        "CREATE INDEX wish_claim_record ON wish (claim_record_id) WHERE claim_record_id IS NOT NULL",
        "CREATE INDEX wish_done_record ON wish (done_record_id) WHERE done_record_id IS NOT NULL",
    ],
    down: [
        "DROP TABLE wish",
        "DROP TABLE activity_try",
        "DROP TABLE activity_person",
        "DROP TABLE activity_chat",
        "DROP TABLE activity",
    ]
);
