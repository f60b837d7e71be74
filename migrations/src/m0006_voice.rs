//! The whole life of a question: who owes the answer, by when, what became of it; similar questions that were offered;
//! topics that people corrected; deputies; and what protects those who ask without a name.

crate::step!(
    "m0006_voice",
    up: [
        // who asked, as one key: `domain::somebody` for people who show themselves, a keyed mark for those who do not
        "ALTER TABLE question ADD COLUMN who TEXT NOT NULL DEFAULT ''",
        "UPDATE question SET who = CASE WHEN asker_person_id IS NULL THEN asker_account || '/' || asker_external_id
         ELSE '#' || CAST(asker_person_id AS TEXT) END",
        // of an anonymous asker: what they are called in this thread, and their address under the seal
        "ALTER TABLE question ADD COLUMN alias TEXT",
        "ALTER TABLE question ADD COLUMN sealed TEXT",
        // what the asker added in private: for those who answer, never published
        "ALTER TABLE question ADD COLUMN aside TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE question ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public'",
        "UPDATE question SET visibility = 'private' WHERE chat_id IS NULL",
        "ALTER TABLE question ADD COLUMN class TEXT NOT NULL DEFAULT 'normal'",
        "ALTER TABLE question ADD COLUMN topic TEXT",
        // who corrected the topic; NULL: the words of the question chose it
        "ALTER TABLE question ADD COLUMN topic_by BIGINT",
        // the unit whose people owe the answer now
        "ALTER TABLE question ADD COLUMN holder_unit_id BIGINT NOT NULL DEFAULT 0",
        "UPDATE question SET holder_unit_id = unit_id",
        "ALTER TABLE question ADD COLUMN assignee_id BIGINT",
        "ALTER TABLE question ADD COLUMN assigned_at_ms BIGINT",
        // the clock: working minutes allowed, used up before it last started, and since when it runs (NULL: it stands)
        "ALTER TABLE question ADD COLUMN budget_min BIGINT NOT NULL DEFAULT 780",
        "ALTER TABLE question ADD COLUMN spent_min BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE question ADD COLUMN ticking_since_ms BIGINT",
        "UPDATE question SET ticking_since_ms = asked_at_ms WHERE state = 'asked'",
        // the last warning that was given, in percent of the time allowed
        "ALTER TABLE question ADD COLUMN warned BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE question ADD COLUMN extended BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE question ADD COLUMN merged_into BIGINT",
        "ALTER TABLE question ADD COLUMN reopened BIGINT NOT NULL DEFAULT 0",
        // 1 content, 0 not
        "ALTER TABLE question ADD COLUMN satisfied BIGINT",
        "ALTER TABLE question ADD COLUMN rate_reminded BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE question ADD COLUMN answered_late BIGINT NOT NULL DEFAULT 0",
        "UPDATE question SET answered_late = 1 WHERE answered_at_ms > due_at_ms",
        "ALTER TABLE question ADD COLUMN settled_at_ms BIGINT",
        "ALTER TABLE question ADD COLUMN published_at_ms BIGINT",
        // when something is to be done about it next: a warning, a lapse, the end of waiting for a rating
        // when the list of the day last showed it to those who answer
        "ALTER TABLE question ADD COLUMN listed_at_ms BIGINT",
        "ALTER TABLE question ADD COLUMN look_at_ms BIGINT",
        "UPDATE question SET look_at_ms = due_at_ms WHERE state = 'asked'",
        // what was answered before is late where it came after the promised day (nobody kept the working minutes), waits for a
        // rating or for its end as from now on, and is there for everybody where it was asked in a group
        "UPDATE question SET settled_at_ms = answered_at_ms, look_at_ms = answered_at_ms,
         spent_min = CASE WHEN answered_at_ms > due_at_ms THEN budget_min + 1 ELSE 0 END,
         published_at_ms = CASE WHEN visibility = 'public' THEN answered_at_ms END WHERE state = 'answered'",
        // what is to be looked at: each tick of the schedule
        "CREATE INDEX question_look ON question (look_at_ms) WHERE look_at_ms IS NOT NULL",
        // what somebody asked: 我的提问, 撤回, and how many are open
        "CREATE INDEX question_who ON question (who, asked_at_ms)",
        // who else asked the same: their answer, and the count
        "CREATE INDEX question_merged ON question (merged_into) WHERE merged_into IS NOT NULL",
        // an assignee's own queue
        "CREATE INDEX question_assignee ON question (assignee_id) WHERE assignee_id IS NOT NULL",
        // waiting for a person to look, or for words of the asker
        "CREATE INDEX question_resting ON question (due_at_ms) WHERE state IN ('held', 'waiting')",
        "ALTER TABLE question_step ADD COLUMN detail TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX question_step_question ON question_step (question_id)",
        // the published answers that were shown to an asker instead of taking the question in at once
        "CREATE TABLE question_offer (
            question_id BIGINT NOT NULL REFERENCES question (id),
            offered_id BIGINT NOT NULL REFERENCES question (id),
            place BIGINT NOT NULL,
            PRIMARY KEY (question_id, offered_id)
        )",
        // a topic that somebody corrected, for the next question with the same words
        "CREATE TABLE topic_correction (
            id BIGINT PRIMARY KEY NOT NULL,
            root_unit_id BIGINT NOT NULL,
            question_id BIGINT NOT NULL REFERENCES question (id),
            words TEXT NOT NULL,
            topic_before TEXT NOT NULL,
            topic_after TEXT NOT NULL,
            person_id BIGINT NOT NULL,
            corrected_at_ms BIGINT NOT NULL
        )",
        "CREATE INDEX topic_correction_root ON topic_correction (root_unit_id, corrected_at_ms)",
        // who stands in for somebody who is away
        "CREATE TABLE deputy (
            person_id BIGINT PRIMARY KEY NOT NULL,
            deputy_id BIGINT NOT NULL,
            until_day DATE
        )",
        // an asker without a name may not ask without one until then, or (NULL) may again: the latest row of who and unit holds
        "CREATE TABLE question_block (
            id BIGINT PRIMARY KEY NOT NULL,
            who TEXT NOT NULL,
            unit_id BIGINT NOT NULL,
            question_id BIGINT NOT NULL REFERENCES question (id),
            until_ms BIGINT,
            decided_by BIGINT NOT NULL,
            reason TEXT NOT NULL,
            at_ms BIGINT NOT NULL
        )",
        "CREATE INDEX question_block_who ON question_block (who, unit_id)",
        // a sealed identity is opened by two people, with a reason
        "CREATE TABLE disclosure (
            id BIGINT PRIMARY KEY NOT NULL,
            question_id BIGINT NOT NULL REFERENCES question (id),
            asked_by BIGINT NOT NULL,
            reason TEXT NOT NULL,
            asked_at_ms BIGINT NOT NULL,
            granted_by BIGINT,
            decided_at_ms BIGINT,
            said TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL
        )",
        "CREATE INDEX disclosure_question ON disclosure (question_id)",
        // for whom somebody stands in: each time they look at or answer a question
        "CREATE INDEX deputy_deputy ON deputy (deputy_id)",
        // who takes the questions of a topic, in a unit and everything below it
        "CREATE TABLE topic_person (
            unit_id BIGINT NOT NULL,
            topic TEXT NOT NULL,
            person_id BIGINT NOT NULL,
            set_by BIGINT NOT NULL,
            set_at_ms BIGINT NOT NULL,
            PRIMARY KEY (unit_id, topic)
        )",
        // a learned word that somebody does not want: what was decided before then teaches nothing about it
        "CREATE TABLE topic_forgotten (
            id BIGINT PRIMARY KEY NOT NULL,
            root_unit_id BIGINT NOT NULL,
            word TEXT NOT NULL,
            person_id BIGINT NOT NULL,
            forgotten_at_ms BIGINT NOT NULL
        )",
        "CREATE INDEX topic_forgotten_root ON topic_forgotten (root_unit_id)",
    ],
    down: [
        "DROP TABLE topic_forgotten",
        "DROP TABLE topic_person",
        "DROP INDEX deputy_deputy",
        "DROP TABLE disclosure",
        "DROP TABLE question_block",
        "DROP TABLE deputy",
        "DROP TABLE topic_correction",
        "DROP TABLE question_offer",
        "DROP INDEX question_step_question",
        "ALTER TABLE question_step DROP COLUMN detail",
        "DROP INDEX question_resting",
        "DROP INDEX question_assignee",
        "DROP INDEX question_merged",
        "DROP INDEX question_who",
        "DROP INDEX question_look",
        "ALTER TABLE question DROP COLUMN look_at_ms",
        "ALTER TABLE question DROP COLUMN listed_at_ms",
        "ALTER TABLE question DROP COLUMN published_at_ms",
        "ALTER TABLE question DROP COLUMN settled_at_ms",
        "ALTER TABLE question DROP COLUMN answered_late",
        "ALTER TABLE question DROP COLUMN rate_reminded",
        "ALTER TABLE question DROP COLUMN satisfied",
        "ALTER TABLE question DROP COLUMN reopened",
        "ALTER TABLE question DROP COLUMN merged_into",
        "ALTER TABLE question DROP COLUMN extended",
        "ALTER TABLE question DROP COLUMN warned",
        "ALTER TABLE question DROP COLUMN ticking_since_ms",
        "ALTER TABLE question DROP COLUMN spent_min",
        "ALTER TABLE question DROP COLUMN budget_min",
        "ALTER TABLE question DROP COLUMN assigned_at_ms",
        "ALTER TABLE question DROP COLUMN assignee_id",
        "ALTER TABLE question DROP COLUMN holder_unit_id",
        "ALTER TABLE question DROP COLUMN topic_by",
        "ALTER TABLE question DROP COLUMN topic",
        "ALTER TABLE question DROP COLUMN class",
        "ALTER TABLE question DROP COLUMN visibility",
        "ALTER TABLE question DROP COLUMN aside",
        "ALTER TABLE question DROP COLUMN sealed",
        "ALTER TABLE question DROP COLUMN alias",
        "ALTER TABLE question DROP COLUMN who",
    ]
);
