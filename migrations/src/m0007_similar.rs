//! Published questions and the terms they are found by (similar questions).

crate::step!(
    "m0007_similar",
    up: [
        // `term_bytes`: the terms it was put in with, so that it can be taken out with them whatever the dictionary says
        // by then; NULL: its words have not been read yet, which the service does by and by
        "CREATE TABLE published (
            question_id BIGINT PRIMARY KEY NOT NULL,
            root_id BIGINT NOT NULL,
            text TEXT NOT NULL,
            tokens TEXT NOT NULL,
            term_bytes BLOB
        )",
        "CREATE INDEX published_unread ON published (question_id) WHERE term_bytes IS NULL",
        // whatever was answered before there was this table; the root of a unit is found when it is read
        "INSERT INTO published (question_id, root_id, text, tokens)
         SELECT id, unit_id, text, '' FROM question WHERE published_at_ms IS NOT NULL",
        // the newest questions of a term are one seek; a term knows its tree
        "CREATE TABLE published_term (
            term BIGINT NOT NULL,
            question_id BIGINT NOT NULL,
            PRIMARY KEY (term, question_id)
        ) WITHOUT ROWID",
    ],
    down: ["DROP TABLE published_term", "DROP TABLE published"]
);
