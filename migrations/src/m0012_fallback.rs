//! What an anonymous asker does is done at the hour: until then it waits here, sealed. Which groups were heard to be large
//! enough. And the unit whose groups are told where an answer cannot reach its asker in private.

crate::step!(
    "m0012_fallback",
    up: [
        // id, hour, alias and number tell nothing about when it was said and by whom; who: a keyed mark
        "CREATE TABLE veiled_deed (
            id BIGINT PRIMARY KEY NOT NULL,
            who TEXT NOT NULL,
            number BIGINT,
            alias TEXT,
            due_ms BIGINT NOT NULL,
            sealed TEXT NOT NULL
        )",
        // what is due: each tick of the schedule
        "CREATE INDEX veiled_deed_due ON veiled_deed (due_ms)",
        // what somebody has under way: 我的提问, 撤回, and how much it is
        "CREATE INDEX veiled_deed_who ON veiled_deed (who)",
        // how many different people were heard in a group, counted no further than it matters
        "CREATE TABLE crowd (
            chat_id BIGINT PRIMARY KEY NOT NULL,
            people BIGINT NOT NULL
        )",
        "ALTER TABLE outbox ADD COLUMN fallback_unit_id BIGINT",
    ],
    down: [
        "ALTER TABLE outbox DROP COLUMN fallback_unit_id",
        "DROP TABLE crowd",
        "DROP TABLE veiled_deed",
    ]
);
