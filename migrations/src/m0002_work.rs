//! What people do: the inbox, records, questions and answers.

crate::step!(
    "m0002_work",
    up: [
        // one row for every event that was acted on; `payload` only while it is failed or dead
        "CREATE TABLE inbox (
            id BIGINT PRIMARY KEY NOT NULL,
            account TEXT NOT NULL,
            dedupe_key TEXT NOT NULL,
            state TEXT NOT NULL,
            reply TEXT,
            made TEXT,
            payload TEXT,
            error TEXT,
            attempts INTEGER NOT NULL,
            received_at_ms BIGINT NOT NULL,
            next_try_at_ms BIGINT,
            UNIQUE (account, dedupe_key)
        )",
        // the retry of failed events: a handful of rows among millions
        "CREATE INDEX inbox_failed ON inbox (next_try_at_ms) WHERE state IN ('failed', 'dead')",
        "CREATE TABLE record (
            id BIGINT PRIMARY KEY NOT NULL,
            kind TEXT NOT NULL,
            person_id BIGINT NOT NULL,
            unit_id BIGINT NOT NULL,
            chat_id BIGINT,
            day DATE NOT NULL,
            made_at_ms BIGINT NOT NULL,
            place TEXT NOT NULL,
            content TEXT NOT NULL,
            people INTEGER,
            attachments TEXT,
            version INTEGER NOT NULL,
            withdrawn_at_ms BIGINT
        )",
        // a person's week is seven seeks, a subtree's week one range; today's rows lie together at the right edge
        "CREATE INDEX record_day_person ON record (day, person_id)",
        "CREATE TABLE record_version (
            record_id BIGINT NOT NULL REFERENCES record (id),
            version INTEGER NOT NULL,
            place TEXT NOT NULL,
            content TEXT NOT NULL,
            people INTEGER,
            replaced_at_ms BIGINT NOT NULL,
            replaced_by BIGINT NOT NULL,
            PRIMARY KEY (record_id, version)
        )",
        "CREATE TABLE question (
            id BIGINT PRIMARY KEY NOT NULL,
            number BIGINT NOT NULL UNIQUE,
            unit_id BIGINT NOT NULL REFERENCES unit (id),
            chat_id BIGINT REFERENCES chat (id),
            asker_account TEXT NOT NULL,
            asker_external_id TEXT NOT NULL,
            asker_group TEXT,
            asker_name TEXT NOT NULL,
            asker_person_id BIGINT,
            text TEXT NOT NULL,
            state TEXT NOT NULL,
            asked_at_ms BIGINT NOT NULL,
            due_at_ms BIGINT NOT NULL,
            answered_at_ms BIGINT
        )",
        // what is open, oldest first: the pending list and the reminder
        "CREATE INDEX question_open ON question (due_at_ms) WHERE state = 'asked'",
        // the week's figures
        "CREATE INDEX question_asked ON question (asked_at_ms)",
        "CREATE INDEX question_answered ON question (answered_at_ms)",
        "CREATE TABLE answer (
            id BIGINT PRIMARY KEY NOT NULL,
            question_id BIGINT NOT NULL REFERENCES question (id),
            person_id BIGINT NOT NULL,
            text TEXT NOT NULL,
            given_at_ms BIGINT NOT NULL
        )",
        "CREATE INDEX answer_question ON answer (question_id)",
        // every step of a question's life: nothing that happened to it is forgotten
        "CREATE TABLE question_step (
            id BIGINT PRIMARY KEY NOT NULL,
            question_id BIGINT NOT NULL REFERENCES question (id),
            step TEXT NOT NULL,
            person_id BIGINT,
            at_ms BIGINT NOT NULL
        )",
        // which question a message on a platform is about, so that quoting it answers the question
        "CREATE TABLE quoted (
            account TEXT NOT NULL,
            message_id TEXT NOT NULL,
            question_id BIGINT NOT NULL REFERENCES question (id),
            PRIMARY KEY (account, message_id)
        )",
        "CREATE TABLE counter (name TEXT PRIMARY KEY NOT NULL, value BIGINT NOT NULL)",
    ],
    down: [
        "DROP TABLE counter",
        "DROP TABLE quoted",
        "DROP TABLE question_step",
        "DROP TABLE answer",
        "DROP TABLE question",
        "DROP TABLE record_version",
        "DROP TABLE record",
        "DROP TABLE inbox",
    ]
);
