//! Youth groups: open days, clubs, likes, invited experts; and the group cards that were seen.
//!
//! `who` is somebody across accounts, see `domain::somebody`.

crate::step!(
    "m0005_youth",
    up: [
        // a timed session (线上开放日) in a group
        "CREATE TABLE session (
            id BIGINT PRIMARY KEY NOT NULL,
            chat_id BIGINT NOT NULL REFERENCES chat (id),
            unit_id BIGINT NOT NULL,
            person_id BIGINT NOT NULL,
            topic TEXT NOT NULL,
            began_at_ms BIGINT NOT NULL,
            until_ms BIGINT NOT NULL,
            ended_at_ms BIGINT
        )",
        // one runs in a group at a time; also what every question in a group looks up, and every tick of the schedule
        "CREATE UNIQUE INDEX session_running ON session (chat_id) WHERE ended_at_ms IS NULL",
        "CREATE TABLE session_question (
            question_id BIGINT PRIMARY KEY NOT NULL REFERENCES question (id),
            session_id BIGINT NOT NULL REFERENCES session (id)
        )",
        "CREATE INDEX session_question_session ON session_question (session_id)",
        // an interest group (微社团); people say its number, which counts within the group
        "CREATE TABLE club (
            id BIGINT PRIMARY KEY NOT NULL,
            chat_id BIGINT NOT NULL REFERENCES chat (id),
            number BIGINT NOT NULL,
            name TEXT NOT NULL,
            about TEXT NOT NULL,
            founded_by TEXT NOT NULL,
            founded_at_ms BIGINT NOT NULL,
            closed_by BIGINT,
            closed_at_ms BIGINT,
            UNIQUE (chat_id, number)
        )",
        "CREATE TABLE club_member (
            club_id BIGINT NOT NULL REFERENCES club (id),
            who TEXT NOT NULL,
            name TEXT NOT NULL,
            joined_at_ms BIGINT NOT NULL,
            PRIMARY KEY (club_id, who)
        )",
        // one vote a person among the clubs of a group
        "CREATE TABLE club_vote (
            chat_id BIGINT NOT NULL REFERENCES chat (id),
            who TEXT NOT NULL,
            club_id BIGINT NOT NULL REFERENCES club (id),
            voted_at_ms BIGINT NOT NULL,
            PRIMARY KEY (chat_id, who)
        )",
        "CREATE TABLE question_like (
            question_id BIGINT NOT NULL REFERENCES question (id),
            who TEXT NOT NULL,
            liked_at_ms BIGINT NOT NULL,
            PRIMARY KEY (question_id, who)
        )",
        "CREATE TABLE question_expert (
            question_id BIGINT NOT NULL REFERENCES question (id),
            person_id BIGINT NOT NULL,
            invited_by BIGINT NOT NULL,
            invited_at_ms BIGINT NOT NULL,
            PRIMARY KEY (question_id, person_id)
        )",
        // what an expert was invited to: the pending list
        "CREATE INDEX question_expert_person ON question_expert (person_id)",
        // the name card somebody was last seen with in a group
        "CREATE TABLE group_card (
            account TEXT NOT NULL,
            group_id TEXT NOT NULL,
            sender TEXT NOT NULL,
            card TEXT NOT NULL,
            seen_at_ms BIGINT NOT NULL,
            PRIMARY KEY (account, group_id, sender)
        )",
    ],
    down: [
        "DROP TABLE group_card",
        "DROP TABLE question_expert",
        "DROP TABLE question_like",
        "DROP TABLE club_vote",
        "DROP TABLE club_member",
        "DROP TABLE club",
        "DROP TABLE session_question",
        "DROP TABLE session",
    ]
);
