//! Open days that are announced beforehand, have a host and a queue; each has a number that people say.

crate::step!(
    "m0011_open_days",
    up: [
        // counts over all groups; the document is asked for by it
        "ALTER TABLE session ADD COLUMN number BIGINT NOT NULL DEFAULT 0",
        "UPDATE session SET number = (SELECT COUNT(*) FROM session AS before WHERE before.id <= session.id)",
        "INSERT INTO counter (name, value) SELECT 'open_day', COUNT(*) FROM session HAVING COUNT(*) > 0",
        // announced, running, ended or cancelled
        "ALTER TABLE session ADD COLUMN state TEXT NOT NULL DEFAULT 'running'",
        "UPDATE session SET state = 'ended' WHERE ended_at_ms IS NOT NULL",
        // who is asked the questions now; the secretary who opened it until somebody takes over
        "ALTER TABLE session ADD COLUMN host_id BIGINT NOT NULL DEFAULT 0",
        "UPDATE session SET host_id = person_id",
        // the question that is put to the host, and since when
        "ALTER TABLE session ADD COLUMN at_hand_id BIGINT",
        "ALTER TABLE session ADD COLUMN put_at_ms BIGINT",
        // whether host and group were reminded of an announced one
        "ALTER TABLE session ADD COLUMN reminded BIGINT NOT NULL DEFAULT 0",
        "DROP INDEX session_running",
        // one runs in a group at a time; also what every question in a group looks up
        "CREATE UNIQUE INDEX session_running ON session (chat_id) WHERE state = 'running'",
        // one is announced in a group at a time
        "CREATE UNIQUE INDEX session_announced ON session (chat_id) WHERE state = 'announced'",
        // what every tick of the schedule looks through: there are few
        "CREATE INDEX session_alive ON session (until_ms) WHERE state IN ('announced', 'running')",
        // what is typed at the command line
        "CREATE UNIQUE INDEX session_number ON session (number)",
        // where in the queue: an id made when it was asked, or when it was put off
        "ALTER TABLE session_question ADD COLUMN place BIGINT NOT NULL DEFAULT 0",
        "UPDATE session_question SET place = question_id",
    ],
    down: [
        "ALTER TABLE session_question DROP COLUMN place",
        "DROP INDEX session_number",
        "DROP INDEX session_alive",
        "DROP INDEX session_announced",
        "DROP INDEX session_running",
        // an announced one has not been, as far as the table of before can tell
        "DELETE FROM session_question WHERE session_id IN (SELECT id FROM session WHERE state = 'announced')",
        "DELETE FROM session WHERE state = 'announced'",
        "UPDATE session SET ended_at_ms = until_ms WHERE state = 'cancelled' AND ended_at_ms IS NULL",
        "CREATE UNIQUE INDEX session_running ON session (chat_id) WHERE ended_at_ms IS NULL",
        "ALTER TABLE session DROP COLUMN reminded",
        "ALTER TABLE session DROP COLUMN put_at_ms",
        "ALTER TABLE session DROP COLUMN at_hand_id",
        "ALTER TABLE session DROP COLUMN host_id",
        "ALTER TABLE session DROP COLUMN state",
        "DELETE FROM counter WHERE name = 'open_day'",
        "ALTER TABLE session DROP COLUMN number",
    ]
);
