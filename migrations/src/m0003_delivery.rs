//! What goes out and when: the outbox, its rate limits, and the slots of the schedule.

crate::step!(
    "m0003_delivery",
    up: [
        "CREATE TABLE outbox (
            id BIGINT PRIMARY KEY NOT NULL,
            lane TEXT NOT NULL,
            target TEXT NOT NULL,
            template TEXT NOT NULL,
            context TEXT NOT NULL,
            question_id BIGINT,
            state TEXT NOT NULL,
            not_before_ms BIGINT NOT NULL,
            next_try_at_ms BIGINT NOT NULL,
            valid_until_ms BIGINT NOT NULL,
            attempts INTEGER NOT NULL,
            lease_owner TEXT,
            lease_until_ms BIGINT,
            settled_at_ms BIGINT,
            ambiguous BOOLEAN NOT NULL,
            error TEXT
        )",
        // what is still owed, in order per lane; settled rows leave these indexes
        "CREATE INDEX outbox_due ON outbox (next_try_at_ms) WHERE state = 'waiting'",
        "CREATE INDEX outbox_lane ON outbox (lane, id) WHERE state IN ('waiting', 'leased')",
        "CREATE INDEX outbox_stale ON outbox (valid_until_ms) WHERE state = 'waiting'",
        "CREATE INDEX outbox_leased ON outbox (lease_until_ms) WHERE state = 'leased'",
        "CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead'",
        // the last send times of one destination, so that no replica exceeds a sliding window
        "CREATE TABLE throttle (
            destination TEXT PRIMARY KEY NOT NULL,
            sent_at_ms TEXT NOT NULL,
            paused_until_ms BIGINT NOT NULL
        )",
        "CREATE TABLE job_slot (
            job TEXT NOT NULL,
            subject BIGINT NOT NULL,
            slot_at_ms BIGINT NOT NULL,
            state TEXT NOT NULL,
            messages INTEGER NOT NULL,
            ran_at_ms BIGINT NOT NULL,
            PRIMARY KEY (job, subject, slot_at_ms)
        )",
        // up to which slot a job has been run in a zone
        "CREATE TABLE job_cursor (
            job TEXT NOT NULL,
            zone TEXT NOT NULL,
            slot_at_ms BIGINT NOT NULL,
            PRIMARY KEY (job, zone)
        )",
    ],
    down: [
        "DROP TABLE job_cursor",
        "DROP TABLE job_slot",
        "DROP TABLE throttle",
        "DROP TABLE outbox",
    ]
);
