//! Published questions: kept with the terms they are found by, and found by terms.
//!
//! A term is a number that stands for two words in one tree (`search::Reading::terms`); the table of terms is an inverted
//! index and nothing but its key. A look-up reads the newest few questions of each of its terms and keeps those that most
//! terms lead to: some tens of index entries, however many questions are published.

use sea_orm::{ConnectionTrait, QueryResult, Value};

use super::{Db, StoreError, Tx, dialect, placeholders};
use crate::domain::id::{QuestionId, UnitId};

/// A published question that shares terms with what was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Similar {
    /// The question.
    pub question: QuestionId,
    /// As it was read.
    pub tokens: String,
}

/// A published question as it was put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// The question.
    pub question: QuestionId,
    /// The root of its tree at that time; of one that nobody has read yet, its unit.
    pub root: UnitId,
    /// As it was published.
    pub text: String,
}

/// How many questions are looked at for each term: the newest.
const OF_EACH_TERM: usize = 16;

/// How many candidates come back: those that most terms lead to, of equals the newest.
const CANDIDATES: usize = 24;

impl Db<'_> {
    /// Published questions of a tree that terms lead to, in no order.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_similar(&self, root: UnitId, terms: &[i64]) -> Result<Vec<Similar>, StoreError> {
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let (sql, values) = self.looking(root, terms);
        let Some(row) = self.row(&sql, values).await? else { return Ok(Vec::new()) };
        let lines: Option<String> = row.try_get_by_index(0)?;
        let read = |line: &str| {
            let (question, tokens) = line.split_once(' ')?;
            Some(Similar { question: QuestionId(question.parse().ok()?), tokens: tokens.to_owned() })
        };
        Ok(lines.unwrap_or_default().lines().filter_map(read).collect())
    }

    /// How the database looks for what [`Db::find_similar`] finds; for the benchmark, which prints it.
    ///
    /// # Errors
    /// The database's.
    pub async fn explain_similar(&self, root: UnitId, terms: &[i64]) -> Result<Vec<String>, StoreError> {
        let (sql, values) = self.looking(root, terms);
        let sql = format!("{} {sql}", dialect::explain(self.get_database_backend()));
        let rows = self.rows(&sql, values).await?;
        rows.iter().map(|row| Ok(row.try_get("", "detail").or_else(|_| row.try_get_by_index(0))?)).collect()
    }

    /// The statement, whose text depends only on how many terms there are. One row comes back, for a row is what a
    /// driver's time goes into.
    fn looking(&self, root: UnitId, terms: &[i64]) -> (String, Vec<Value>) {
        let mut values: Vec<Value> = vec![root.0.into(), "\n".into()];
        let marks: Vec<String> = (1..=terms.len()).map(|at| format!("${}", at + values.len())).collect();
        values.extend(terms.iter().map(|term| Value::from(*term)));
        let hits = dialect::questions_of_terms(self.get_database_backend(), &marks, OF_EACH_TERM);
        // the root is in the terms already; here it stands for whoever reads this
        let sql = format!(
            "SELECT string_agg(CAST(p.question_id AS TEXT) || ' ' || p.tokens, $2) FROM
               (SELECT question_id FROM ({hits}) AS hits GROUP BY question_id
                ORDER BY COUNT(*) DESC, question_id DESC LIMIT {CANDIDATES}) AS best
             JOIN published p ON p.question_id = best.question_id WHERE p.root_id = $1"
        );
        (sql, values)
    }

    /// The texts of published questions, in no order.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_published_texts(
        &self,
        questions: &[QuestionId],
    ) -> Result<Vec<(QuestionId, String)>, StoreError> {
        if questions.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT question_id, text FROM published WHERE question_id IN ({})",
            placeholders(0, questions.len())
        );
        let rows = self.rows(&sql, questions.iter().map(|question| question.0.into())).await?;
        rows.iter().map(|row| Ok((QuestionId(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
    }

    /// Published questions after one of them, in order, with everything that putting them in anew needs.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_indexed(&self, after: QuestionId, most: u32) -> Result<Vec<Indexed>, StoreError> {
        let sql =
            "SELECT question_id, root_id, text FROM published WHERE question_id > $1 ORDER BY question_id LIMIT $2";
        let rows = self.rows(sql, [after.0.into(), i64::from(most).into()]).await?;
        rows.iter().map(read_indexed).collect()
    }

    /// Published questions whose words nobody has read yet: an older version answered them.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_unread(&self, most: u32) -> Result<Vec<Indexed>, StoreError> {
        let sql =
            "SELECT question_id, root_id, text FROM published WHERE term_bytes IS NULL ORDER BY question_id LIMIT $1";
        self.rows(sql, [i64::from(most).into()]).await?.iter().map(read_indexed).collect()
    }
}

fn read_indexed(row: &QueryResult) -> Result<Indexed, StoreError> {
    Ok(Indexed {
        question: QuestionId(row.try_get_by_index(0)?),
        root: UnitId(row.try_get_by_index(1)?),
        text: row.try_get_by_index(2)?,
    })
}

impl Tx {
    /// Makes a published question findable by terms; one that was is put in anew.
    ///
    /// # Errors
    /// The database's.
    pub async fn index_question(
        &mut self,
        question: QuestionId,
        root: UnitId,
        text: &str,
        tokens: &str,
        terms: &[i64],
    ) -> Result<(), StoreError> {
        self.unindex_question(question).await?;
        let bytes: Vec<u8> = terms.iter().flat_map(|term| term.to_le_bytes()).collect();
        let sql = "INSERT INTO published (question_id, root_id, text, tokens, term_bytes) VALUES ($1, $2, $3, $4, $5)";
        let values = [question.0.into(), root.0.into(), text.into(), tokens.into(), bytes.into()];
        self.raw().run(sql, values).await?;
        for terms in terms.chunks(self.backend.rows_per_insert()) {
            let rows: Vec<String> = (0..terms.len()).map(|at| format!("(${}, $1)", at + 2)).collect();
            let sql = format!("INSERT INTO published_term (term, question_id) VALUES {}", rows.join(", "));
            let values = std::iter::once(question.0.into()).chain(terms.iter().map(|term| (*term).into()));
            self.raw().run(&sql, values).await?;
        }
        Ok(())
    }

    /// Makes a question unfindable, leaving nothing of it. Returns whether it was findable.
    ///
    /// # Errors
    /// The database's.
    pub async fn unindex_question(&mut self, question: QuestionId) -> Result<bool, StoreError> {
        let sql = "DELETE FROM published WHERE question_id = $1 RETURNING term_bytes";
        let Some(row) = self.raw().row(sql, [question.0.into()]).await? else { return Ok(false) };
        let bytes: Option<Vec<u8>> = row.try_get_by_index(0)?;
        let terms: Vec<i64> = bytes
            .unwrap_or_default()
            .chunks_exact(8)
            .filter_map(|term| term.try_into().ok())
            .map(i64::from_le_bytes)
            .collect();
        if !terms.is_empty() {
            let marks = placeholders(1, terms.len());
            let sql = format!("DELETE FROM published_term WHERE question_id = $1 AND term IN ({marks})");
            let values = std::iter::once(question.0.into()).chain(terms.iter().map(|term| (*term).into()));
            self.raw().run(&sql, values).await?;
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;
    use crate::store::scratch::Scratch;

    async fn index(store: &Store, id: i64, root: i64, terms: &'static [i64]) {
        store
            .write(move |tx| {
                Box::pin(async move {
                    Ok(tx.index_question(QuestionId(id), UnitId(root), "怎么入团?", "怎么 入团", terms).await?)
                })
            })
            .await
            .unwrap();
    }

    async fn found(store: &Store, root: i64, terms: &[i64]) -> Vec<i64> {
        let found = store.reader().find_similar(UnitId(root), terms).await.unwrap();
        assert!(found.iter().all(|one| one.tokens == "怎么 入团"));
        let mut found: Vec<i64> = found.iter().map(|one| one.question.0).collect();
        found.sort_unstable();
        found
    }

    async fn every_way(scratch: Scratch) {
        let store = scratch.open().await;
        for (id, root, terms) in [(1, 1, &[5_i64, -6][..]), (2, 1, &[7]), (3, 12, &[5, 8]), (4, 1, &[5]), (5, 1, &[])] {
            index(&store, id, root, terms).await;
        }
        assert_eq!(found(&store, 1, &[5]).await, [1, 4]);
        assert_eq!(found(&store, 12, &[5]).await, [3], "even if another tree had the same term");
        assert_eq!(found(&store, 1, &[-6, 7, 99]).await, [1, 2]);
        assert_eq!(found(&store, 1, &[8]).await, [0; 0]);
        assert_eq!(found(&store, 1, &[]).await, [0; 0]);
        let mut texts = store.reader().list_published_texts(&[QuestionId(4), QuestionId(9)]).await.unwrap();
        assert_eq!(texts.pop(), Some((QuestionId(4), "怎么入团?".to_owned())));
        // published anew with other words, then taken back
        index(&store, 1, 1, &[7]).await;
        assert_eq!(found(&store, 1, &[5]).await, [4]);
        for was_there in [true, false] {
            let taken = store.write(|tx| Box::pin(async move { Ok(tx.unindex_question(QuestionId(4)).await?) })).await;
            assert_eq!(taken.unwrap(), was_there);
        }
        assert_eq!(found(&store, 1, &[5]).await, [0; 0]);
        let left = store.reader().rows("SELECT term FROM published_term WHERE question_id IN (1, 4)", []).await;
        assert_eq!(left.unwrap().len(), 1, "nothing is left of what was taken out");
        // what most terms lead to comes before the newest
        for id in 100..160 {
            index(&store, id, 1, if id == 100 { &[21, 22] } else { &[21] }).await;
        }
        let of_many = found(&store, 1, &[21, 22]).await;
        assert!(of_many.len() == 17 && of_many[0] == 100, "{of_many:?}");
        store.close().await;
        scratch.remove().await;
    }

    #[tokio::test]
    async fn what_is_published_is_found_in_its_own_tree_until_it_is_taken_back() {
        every_way(Scratch::sqlite()).await;
        if let Some(scratch) = Scratch::postgres().await {
            every_way(scratch).await;
        }
    }
}
