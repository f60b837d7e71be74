//! Polls and surveys.
//!
//! `mark` is the key under which somebody answers once: `who` (`domain::somebody`) of one that is not anonymous, and of an
//! anonymous one a keyed hash, whose key (`secret`) is sealed, and goes when it is closed.

crate::step!(
    "m0008_polls",
    up: [
        "CREATE TABLE poll (
            id BIGINT PRIMARY KEY NOT NULL,
            number BIGINT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            chat_id BIGINT NOT NULL REFERENCES chat (id),
            unit_id BIGINT NOT NULL,
            person_id BIGINT NOT NULL,
            naming TEXT NOT NULL,
            form TEXT NOT NULL,
            secret TEXT,
            opened_at_ms BIGINT NOT NULL,
            closes_at_ms BIGINT NOT NULL,
            closed_at_ms BIGINT,
            answers BIGINT NOT NULL
        )",
        // what is open in a group, and what every tick of the schedule closes: a handful at a time
        "CREATE INDEX poll_open ON poll (closes_at_ms) WHERE closed_at_ms IS NULL",
        // who has answered; of an anonymous poll (not survey) and of what is closed, nobody stands here
        "CREATE TABLE poll_participant (
            poll_id BIGINT NOT NULL REFERENCES poll (id),
            mark TEXT NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (poll_id, mark)
        )",
        // what was answered. The id is drawn by lot and there is no instant: the order of rows says nothing about who came
        // when. Without a mark nothing leads from an answer to anybody
        "CREATE TABLE poll_answer (
            id BIGINT PRIMARY KEY NOT NULL,
            poll_id BIGINT NOT NULL REFERENCES poll (id),
            mark TEXT,
            replies TEXT NOT NULL,
            UNIQUE (poll_id, mark)
        )",
        // a survey that somebody has begun to fill in: gone when it is handed in, and when the survey closes. `speaker` is a
        // keyed mark where there is a key
        "CREATE TABLE poll_draft (
            poll_id BIGINT NOT NULL REFERENCES poll (id),
            mark TEXT NOT NULL,
            account TEXT NOT NULL,
            speaker TEXT NOT NULL,
            replies TEXT NOT NULL,
            until_ms BIGINT NOT NULL,
            PRIMARY KEY (poll_id, mark)
        )",
        // what the next words of somebody in private answer
        "CREATE INDEX poll_draft_speaker ON poll_draft (account, speaker)",
    ],
    down: [
        "DROP TABLE poll_draft",
        "DROP TABLE poll_answer",
        "DROP TABLE poll_participant",
        "DROP TABLE poll",
    ]
);
