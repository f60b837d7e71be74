//! Duties: who belongs since when, who is tied to which unit, every kind of record, contacts, leave, approvals, problems,
//! photographs, and what a score-card knows beside records.

crate::step!(
    "m0004_duties",
    up: [
        // what a unit is, where it is no committee: a youth site, a school, an enterprise …
        "ALTER TABLE unit ADD COLUMN kind TEXT",
        // part of a year counts in part; a successor owes what the predecessor owed
        "ALTER TABLE person ADD COLUMN since_day DATE",
        "ALTER TABLE person ADD COLUMN until_day DATE",
        "ALTER TABLE person ADD COLUMN successor_of BIGINT",
        // how long receipts are in a group
        "ALTER TABLE chat ADD COLUMN receipts TEXT",
        // somebody may be sent to the same unit twice a year, so the first day is part of the key
        "CREATE TABLE assignment_anew (
            id BIGINT PRIMARY KEY NOT NULL,
            person_id BIGINT NOT NULL REFERENCES person (id),
            unit_id BIGINT NOT NULL REFERENCES unit (id),
            kind TEXT NOT NULL,
            from_day DATE,
            to_day DATE,
            UNIQUE (person_id, unit_id, kind, from_day)
        )",
        "INSERT INTO assignment_anew (id, person_id, unit_id, kind, from_day, to_day)
         SELECT id, person_id, unit_id, kind, from_day, to_day FROM assignment",
        "DROP TABLE assignment",
        "ALTER TABLE assignment_anew RENAME TO assignment",
        // a record's number is in the unit its kind names: people, hours, pieces
        "ALTER TABLE record RENAME COLUMN people TO quantity",
        "ALTER TABLE record_version RENAME COLUMN people TO quantity",
        // the first day of the stay that a record belongs to, where it is not its own day
        "ALTER TABLE record ADD COLUMN stay_day DATE",
        // the unit it happened at, as far as the place names one, and how the person was tied to it on that day
        "ALTER TABLE record ADD COLUMN target_unit_id BIGINT",
        "ALTER TABLE record ADD COLUMN ties INTEGER NOT NULL DEFAULT 0",
        // of a contact: with whom, from which field, online or face to face
        "ALTER TABLE record ADD COLUMN youth_id BIGINT",
        "ALTER TABLE record ADD COLUMN field TEXT",
        "ALTER TABLE record ADD COLUMN mode TEXT",
        "ALTER TABLE record ADD COLUMN made_up BOOLEAN NOT NULL DEFAULT FALSE",
        "ALTER TABLE record ADD COLUMN entered_by BIGINT",
        "ALTER TABLE record ADD COLUMN reason TEXT",
        // what was said under one message is withdrawn and corrected together
        "ALTER TABLE record ADD COLUMN told_with BIGINT",
        "DROP INDEX record_day_person",
        // everything that is ever counted, person by person: a person's week is one seek, a province's year one scan, and
        // neither touches the table
        "CREATE INDEX record_tally ON record (kind, person_id, day, made_at_ms, withdrawn_at_ms, unit_id, target_unit_id,
            ties, quantity, stay_day, youth_id, field, mode)",
        "CREATE INDEX record_told_with ON record (told_with) WHERE told_with IS NOT NULL",
        // what a secretary entered for others and may take back
        "CREATE INDEX record_entered ON record (entered_by, made_at_ms) WHERE entered_by IS NOT NULL",
        // what happened at a unit
        "CREATE INDEX record_target ON record (target_unit_id, kind, day) WHERE target_unit_id IS NOT NULL",
        "CREATE TABLE record_flag (
            record_id BIGINT NOT NULL REFERENCES record (id),
            flag TEXT NOT NULL,
            other_record_id BIGINT,
            raised_at_ms BIGINT NOT NULL,
            seen_by BIGINT,
            seen_at_ms BIGINT,
            note TEXT,
            number BIGINT NOT NULL UNIQUE,
            PRIMARY KEY (record_id, flag)
        )",
        "CREATE INDEX record_flag_unseen ON record_flag (raised_at_ms) WHERE seen_at_ms IS NULL",
        // the same words in another record: the hash of a text worth comparing
        "CREATE TABLE record_words (
            hash BIGINT NOT NULL,
            record_id BIGINT NOT NULL REFERENCES record (id),
            PRIMARY KEY (hash, record_id)
        )",
        "CREATE TABLE youth (
            id BIGINT PRIMARY KEY NOT NULL,
            person_id BIGINT NOT NULL REFERENCES person (id),
            name TEXT NOT NULL,
            field TEXT,
            age_band TEXT,
            since_day DATE,
            until_day DATE,
            UNIQUE (person_id, name)
        )",
        // how many are on each roster
        "CREATE INDEX youth_roster ON youth (person_id, since_day, until_day)",
        // make-up entries and leave wait here for a decision; what is approved becomes a record or a leave
        "CREATE TABLE request (
            id BIGINT PRIMARY KEY NOT NULL,
            number BIGINT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            person_id BIGINT NOT NULL REFERENCES person (id),
            unit_id BIGINT NOT NULL,
            payload TEXT NOT NULL,
            state TEXT NOT NULL,
            asked_at_ms BIGINT NOT NULL,
            decided_by BIGINT,
            decided_at_ms BIGINT,
            note TEXT
        )",
        "CREATE INDEX request_open ON request (asked_at_ms) WHERE state = 'asked'",
        // how often somebody has asked this month
        "CREATE INDEX request_person ON request (person_id, asked_at_ms)",
        "CREATE TABLE absence (
            id BIGINT PRIMARY KEY NOT NULL,
            person_id BIGINT NOT NULL REFERENCES person (id),
            first_day DATE NOT NULL,
            last_day DATE NOT NULL,
            first_half TEXT,
            reason TEXT NOT NULL,
            request_id BIGINT,
            entered_by BIGINT,
            made_at_ms BIGINT NOT NULL,
            withdrawn_at_ms BIGINT
        )",
        // who is on leave in a range of days: a few hundred rows a year
        "CREATE INDEX absence_days ON absence (last_day, person_id)",
        "CREATE TABLE problem (
            id BIGINT PRIMARY KEY NOT NULL,
            number BIGINT NOT NULL UNIQUE,
            unit_id BIGINT NOT NULL,
            holder_id BIGINT NOT NULL,
            person_id BIGINT NOT NULL,
            record_id BIGINT,
            text TEXT NOT NULL,
            state TEXT NOT NULL,
            raised_at_ms BIGINT NOT NULL,
            settled_at_ms BIGINT
        )",
        "CREATE INDEX problem_open ON problem (raised_at_ms) WHERE state = 'open'",
        "CREATE INDEX problem_record ON problem (record_id) WHERE record_id IS NOT NULL",
        "CREATE TABLE problem_step (
            id BIGINT PRIMARY KEY NOT NULL,
            problem_id BIGINT NOT NULL REFERENCES problem (id),
            step TEXT NOT NULL,
            person_id BIGINT,
            unit_id BIGINT,
            text TEXT,
            at_ms BIGINT NOT NULL
        )",
        "CREATE INDEX problem_step_problem ON problem_step (problem_id)",
        // a picture that came with a record: first wanted, then kept (made smaller, without what the camera wrote into it)
        "CREATE TABLE photo (
            id BIGINT PRIMARY KEY NOT NULL,
            record_id BIGINT NOT NULL REFERENCES record (id),
            account TEXT NOT NULL,
            source TEXT NOT NULL,
            state TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_try_at_ms BIGINT,
            error TEXT,
            width INTEGER,
            height INTEGER,
            look BIGINT,
            bytes BLOB,
            kept_at_ms BIGINT
        )",
        "CREATE INDEX photo_record ON photo (record_id)",
        "CREATE INDEX photo_wanted ON photo (next_try_at_ms) WHERE state = 'wanted'",
        "CREATE INDEX photo_kept ON photo (kept_at_ms) WHERE state = 'kept'",
        // pictures that look alike have most bits of `look` in common: each sixteen of them are looked up by themselves
        "CREATE TABLE photo_look (
            part INTEGER NOT NULL,
            bits INTEGER NOT NULL,
            photo_id BIGINT NOT NULL REFERENCES photo (id),
            PRIMARY KEY (part, bits, photo_id)
        )",
        // a conversation in which the bot asks one thing after another
        "CREATE TABLE dialogue (
            account TEXT NOT NULL,
            speaker TEXT NOT NULL,
            state TEXT NOT NULL,
            until_ms BIGINT NOT NULL,
            PRIMARY KEY (account, speaker)
        )",
        "CREATE TABLE snooze (person_id BIGINT PRIMARY KEY NOT NULL, until_ms BIGINT NOT NULL)",
        // figures that come from elsewhere, such as the share of members that took part in a study
        "CREATE TABLE figure (
            id BIGINT PRIMARY KEY NOT NULL,
            indicator TEXT NOT NULL,
            unit_id BIGINT,
            person_id BIGINT,
            day DATE NOT NULL,
            value DOUBLE PRECISION NOT NULL,
            note TEXT,
            made_at_ms BIGINT NOT NULL
        )",
        "CREATE INDEX figure_indicator ON figure (indicator, day)",
        // an appeal against a line of a score-card, and what was decided
        "CREATE TABLE appeal (
            id BIGINT PRIMARY KEY NOT NULL,
            number BIGINT NOT NULL UNIQUE,
            card TEXT NOT NULL,
            indicator TEXT NOT NULL,
            unit_id BIGINT,
            person_id BIGINT,
            first_day DATE NOT NULL,
            note TEXT NOT NULL,
            raised_by BIGINT NOT NULL,
            raised_at_ms BIGINT NOT NULL,
            state TEXT NOT NULL,
            points DOUBLE PRECISION,
            decided_by BIGINT,
            decided_at_ms BIGINT,
            decision TEXT
        )",
        "CREATE INDEX appeal_card ON appeal (card, first_day)",
    ],
    down: [
        "DROP TABLE appeal",
        "DROP TABLE figure",
        "DROP TABLE snooze",
        "DROP TABLE dialogue",
        "DROP TABLE photo_look",
        "DROP TABLE photo",
        "DROP TABLE problem_step",
        "DROP TABLE problem",
        "DROP TABLE absence",
        "DROP TABLE request",
        "DROP TABLE youth",
        "DROP TABLE record_words",
        "DROP TABLE record_flag",
        "DROP INDEX record_target",
        "DROP INDEX record_entered",
        "DROP INDEX record_told_with",
        "DROP INDEX record_tally",
        "CREATE INDEX record_day_person ON record (day, person_id)",
        "ALTER TABLE record DROP COLUMN told_with",
        "ALTER TABLE record DROP COLUMN reason",
        "ALTER TABLE record DROP COLUMN entered_by",
        "ALTER TABLE record DROP COLUMN made_up",
        "ALTER TABLE record DROP COLUMN mode",
        "ALTER TABLE record DROP COLUMN field",
        "ALTER TABLE record DROP COLUMN youth_id",
        "ALTER TABLE record DROP COLUMN ties",
        "ALTER TABLE record DROP COLUMN target_unit_id",
        "ALTER TABLE record DROP COLUMN stay_day",
        "ALTER TABLE record_version RENAME COLUMN quantity TO people",
        "ALTER TABLE record RENAME COLUMN quantity TO people",
        "ALTER TABLE chat DROP COLUMN receipts",
        "ALTER TABLE person DROP COLUMN successor_of",
        "ALTER TABLE person DROP COLUMN until_day",
        "ALTER TABLE person DROP COLUMN since_day",
        "ALTER TABLE unit DROP COLUMN kind",
    ]
);
