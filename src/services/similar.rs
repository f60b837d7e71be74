//! Similar questions: what is published is made findable, and whoever asks is shown what is already answered.

use std::collections::HashMap;

use crate::domain::directory::Directory;
use crate::domain::id::{QuestionId, UnitId};
use crate::search::{self, Reading, THRESHOLD};
use crate::store::{Indexed, Store, StoreError, Tx};

/// How many published questions are offered at most.
pub const OFFERED: usize = 3;

/// How many questions are read anew in one write.
const PAGE: u32 = 200;

/// A published question that is like the one asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The question.
    pub question: QuestionId,
    /// As it was published.
    pub text: String,
    /// How alike they are, from the threshold to 1.
    pub score: f32,
}

/// The published questions of a unit's tree that are like what was typed, the likest first, the newer of equals first.
///
/// Reads outside any write: it is called before the question is written, and an answer that is published in between is
/// found by the next one who asks.
///
/// # Errors
/// The database's.
pub async fn look_up(store: &Store, directory: &Directory, unit: UnitId, text: &str) -> Result<Vec<Found>, StoreError> {
    likest(store, root_of(directory, unit), text, THRESHOLD).await
}

/// The published questions of a tree from a score on, at most [`OFFERED`].
///
/// # Errors
/// The database's.
pub async fn likest(store: &Store, root: UnitId, text: &str, threshold: f32) -> Result<Vec<Found>, StoreError> {
    warm().await;
    let asked = Reading::of_text(text);
    if !asked.says_enough() {
        return Ok(Vec::new());
    }
    let db = store.reader();
    let candidates = db.find_similar(root, &asked.terms(root)).await?;
    let mut likest: Vec<(f32, QuestionId)> = candidates
        .iter()
        .map(|one| (search::score(&asked, &Reading::of_tokens(&one.tokens)), one.question))
        .filter(|(score, _)| *score >= threshold)
        .collect();
    likest.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.cmp(&one.1)));
    likest.truncate(OFFERED);
    let questions: Vec<QuestionId> = likest.iter().map(|(_, question)| *question).collect();
    let mut texts: HashMap<QuestionId, String> = db.list_published_texts(&questions).await?.into_iter().collect();
    let found = likest.into_iter().filter_map(|(score, question)| {
        // one that was taken back in between is not offered
        texts.remove(&question).map(|text| Found { question, text, score })
    });
    Ok(found.collect())
}

/// Makes the question of a published answer findable in its unit's tree.
///
/// # Errors
/// The database's.
pub async fn publish(tx: &mut Tx, question: QuestionId, unit: UnitId, text: &str) -> Result<(), StoreError> {
    let (root, reading) = (root_of(&tx.directory(), unit), Reading::of_text(text));
    tx.index_question(question, root, text, &reading.tokens(), &reading.terms(root)).await
}

/// Makes a question unfindable; returns whether it was findable.
///
/// # Errors
/// The database's.
pub async fn unpublish(tx: &mut Tx, question: QuestionId) -> Result<bool, StoreError> {
    tx.unindex_question(question).await
}

/// Reads everything that is published anew: after a change of the dictionary, or of a tree's root. Returns how many.
///
/// # Errors
/// The database's.
pub async fn rebuild(store: &Store) -> Result<usize, crate::error::Fault> {
    warm().await;
    let (mut after, mut count) = (QuestionId(i64::MIN), 0);
    loop {
        let page = store.reader().list_indexed(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(count) };
        (after, count) = (last.question, count + page.len());
        read_anew(store, page).await?;
    }
}

/// Makes findable what an older version published without reading it: some of it at each tick of the schedule.
///
/// # Errors
/// The database's.
pub async fn read_unread(store: &Store) -> Result<(), crate::error::Fault> {
    let unread = store.reader().list_unread(PAGE).await?;
    if unread.is_empty() {
        return Ok(());
    }
    warm().await;
    read_anew(store, unread).await
}

async fn read_anew(store: &Store, page: Vec<Indexed>) -> Result<(), crate::error::Fault> {
    let write = store.write(move |tx| {
        let page = page.clone();
        Box::pin(async move {
            for one in page {
                // one that was taken back in between stays so
                if tx.unindex_question(one.question).await? {
                    publish(tx, one.question, one.root, &one.text).await?;
                }
            }
            Ok(())
        })
    });
    write.await
}

/// The root of a unit's tree: what one committee publishes another one never sees.
fn root_of(directory: &Directory, unit: UnitId) -> UnitId {
    directory.lineage(unit).last().map_or(unit, |root| root.id)
}

/// Loads the dictionaries where they are not yet, and not on a thread that others wait for.
pub(in crate::services) async fn warm() {
    if !search::is_warm() {
        // if the thread is gone the first reading loads them, as slowly
        let _ = tokio::task::spawn_blocking(search::warm_up).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch::Scratch;

    async fn publish_all(store: &Store, published: &'static [(i64, i64, &'static str)]) {
        store
            .write(move |tx| {
                Box::pin(async move {
                    for (question, unit, text) in published {
                        publish(tx, QuestionId(*question), UnitId(*unit), text).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    async fn offered(store: &Store, unit: i64, text: &str) -> Vec<i64> {
        let found = look_up(store, &store.directory(), UnitId(unit), text).await.unwrap();
        found.iter().map(|one| one.question.0).collect()
    }

    async fn every_way(scratch: Scratch) {
        let store = scratch.open().await;
        publish_all(
            &store,
            &[
                (1, 7, "毕业后团组织关系怎么转？"),
                (2, 7, "团费怎么交"),
                (3, 7, "党费怎么交"),
                (4, 8, "团费怎么交"),
                (5, 7, "公租房申请条件有哪些"),
            ],
        )
        .await;
        assert_eq!(offered(&store, 7, "老师请问，團關係咋转？我毕业了").await, [1]);
        assert_eq!(
            offered(&store, 7, "团废咋缴").await,
            [2],
            "a slip, a dialect word, a synonym; and not the Party's dues"
        );
        assert_eq!(offered(&store, 8, "团废咋缴").await, [4], "each tree its own");
        for unlike in ["怎么退团", "怎么办", "", "🙂🙂", "公租房可以住几年"] {
            assert_eq!(offered(&store, 7, unlike).await, [0; 0], "{unlike}");
        }
        // read anew, everything is found as before
        assert_eq!(rebuild(&store).await.unwrap(), 5);
        assert_eq!(offered(&store, 7, "团费怎么缴纳").await, [2]);
        let taken = store.write(|tx| Box::pin(async move { Ok(unpublish(tx, QuestionId(2)).await?) })).await;
        assert!(taken.unwrap());
        assert_eq!(offered(&store, 7, "团费怎么交").await, [0; 0]);
        publish_all(
            &store,
            &[(11, 7, "入团需要什么条件"), (12, 7, "入团有什么要求"), (13, 7, "请问入团要啥条件"), (14, 7, "入团条件")],
        )
        .await;
        assert_eq!(offered(&store, 7, "入团有啥条件").await, [14, 13, 12], "three, of equals the newest");
        store.close().await;
        scratch.remove().await;
    }

    #[tokio::test]
    async fn whoever_asks_what_was_answered_is_shown_it_in_whatever_words() {
        every_way(Scratch::sqlite()).await;
        if let Some(scratch) = Scratch::postgres().await {
            every_way(scratch).await;
        }
    }
}
