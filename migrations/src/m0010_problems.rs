//! The list of problems as matters: which reports and questions are one entry, how it stands, and whom it was handed to.

crate::step!(
    "m0010_problems",
    up: [
        // every row of `problem` is one voice: a cadre's report or a question; those with one `entry_id` are one entry of
        // the list, which is led by the voice of that id. Holder, state and what came of it are the same in all of them,
        // so that figures need no second table
        "ALTER TABLE problem ADD COLUMN entry_id BIGINT",
        "UPDATE problem SET entry_id = id",
        // the entry it led before it was put to another one by hand, so that this can be undone
        "ALTER TABLE problem ADD COLUMN came_with BIGINT",
        // and how that stood
        "ALTER TABLE problem ADD COLUMN stood TEXT",
        // somebody took it out of an entry: nothing puts it to another one by itself again
        "ALTER TABLE problem ADD COLUMN apart BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE problem ADD COLUMN question_id BIGINT REFERENCES question (id)",
        // when it was said, where that was before it came into the list
        "ALTER TABLE problem ADD COLUMN said_at_ms BIGINT",
        // its words without marks, in the normal form: what is literally the same
        "ALTER TABLE problem ADD COLUMN words TEXT NOT NULL DEFAULT ''",
        // and as the search room reads it, for telling whether another one is about the same thing; '': not read yet
        "ALTER TABLE problem ADD COLUMN tokens TEXT NOT NULL DEFAULT ''",
        // the authority outside that it was handed to
        "ALTER TABLE problem ADD COLUMN authority TEXT",
        // the latest that was said of it by those who see to it
        "ALTER TABLE problem ADD COLUMN outcome TEXT",
        "ALTER TABLE problem ADD COLUMN state_at_ms BIGINT",
        "UPDATE problem SET state_at_ms = (SELECT MAX(s.at_ms) FROM problem_step s
            WHERE s.problem_id = problem.id AND s.step <> 'reworded')",
        "UPDATE problem SET outcome = (SELECT MAX(s.text) FROM problem_step s
            WHERE s.problem_id = problem.id AND s.step = 'settled') WHERE state = 'settled'",
        "UPDATE problem SET state = 'passed' WHERE state = 'open' AND holder_id <> unit_id",
        "DROP INDEX problem_open",
        // the list, and whether something is on it in the same words
        "CREATE INDEX problem_unsettled ON problem (holder_id, words)
            WHERE state IN ('open', 'passed', 'in_hand', 'transferred')",
        "CREATE INDEX problem_entry ON problem (entry_id)",
        "CREATE UNIQUE INDEX problem_question ON problem (question_id) WHERE question_id IS NOT NULL",
        "CREATE INDEX problem_settled ON problem (settled_at_ms) WHERE settled_at_ms IS NOT NULL",
        // what a unit was asked lately: whether the same comes up again and again
        "CREATE INDEX question_unit_asked ON question (unit_id, asked_at_ms)",
        // whether it has been looked at for that; those of before are not looked at again
        "ALTER TABLE question ADD COLUMN noticed BIGINT NOT NULL DEFAULT 0",
        "UPDATE question SET noticed = 1",
        "CREATE INDEX question_unnoticed ON question (id) WHERE noticed = 0",
    ],
    down: [
        "DROP INDEX question_unnoticed",
        "ALTER TABLE question DROP COLUMN noticed",
        "DROP INDEX question_unit_asked",
        "DROP INDEX problem_settled",
        "DROP INDEX problem_question",
        "DROP INDEX problem_entry",
        "DROP INDEX problem_unsettled",
        "UPDATE problem SET state = 'open' WHERE state IN ('passed', 'in_hand', 'transferred')",
        "CREATE INDEX problem_open ON problem (raised_at_ms) WHERE state = 'open'",
        "ALTER TABLE problem DROP COLUMN state_at_ms",
        "ALTER TABLE problem DROP COLUMN outcome",
        "ALTER TABLE problem DROP COLUMN authority",
        "ALTER TABLE problem DROP COLUMN tokens",
        "ALTER TABLE problem DROP COLUMN words",
        "ALTER TABLE problem DROP COLUMN said_at_ms",
        "ALTER TABLE problem DROP COLUMN question_id",
        "ALTER TABLE problem DROP COLUMN apart",
        "ALTER TABLE problem DROP COLUMN stood",
        "ALTER TABLE problem DROP COLUMN came_with",
        "ALTER TABLE problem DROP COLUMN entry_id",
    ]
);
