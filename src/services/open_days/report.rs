//! What came of an open day: one fold that the recap and the document share, so that their figures agree.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use crate::domain::id::QuestionId;
use crate::domain::question::{Question, State};
use crate::error::Fault;
use crate::store::{Db, Given, Session};

/// A question with everything that was said to it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The question.
    pub question: Question,
    /// Its answers, the first one first; of one that another question stands for, that one's.
    pub answers: Vec<Given>,
    /// How many others in the open day asked the same.
    pub also: usize,
    /// How many like it.
    pub likes: u64,
    /// Whether somebody still owes an answer, or the asker their words; of one that another question stands for, for that
    /// one.
    pub is_open: bool,
}

/// What came of an open day. Of what not everybody may read it holds the number alone. Whatever was asked is answered while
/// it ran, answered later, or open: these three are all that was asked, and nothing is two of them.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many questions everybody may read.
    pub asked: usize,
    /// How many people asked them.
    pub askers: usize,
    /// How many of them were answered before it ended, and are not open again.
    pub answered: usize,
    /// How many were answered after.
    pub answered_later: usize,
    /// How many are open: not answered, or asked on about.
    pub open: usize,
    /// Of how many the asker said that the answer does.
    pub satisfied: usize,
    /// How many likes they have.
    pub likes: u64,
    /// How many were asked that not everybody may read: held, hidden or not taken up.
    pub aside: usize,
    /// How many people asked or liked.
    pub participants: usize,
    /// What everybody may read, in the order of asking; what was merged into another of them stands with that one.
    pub entries: Vec<Entry>,
}

/// What came of an open day by an instant.
///
/// # Errors
/// The database's.
pub async fn report(db: &Db<'_>, session: &Session, at: DateTime<Utc>) -> Result<Report, Fault> {
    let all = db.list_session_questions(session.id).await?;
    let mut answers = db.list_session_answers(session.id).await?;
    let likes = db.list_session_likes(session.id).await?;
    let mut people: BTreeSet<String> = all.iter().map(|question| question.asker.who()).collect();
    people.extend(db.list_session_likers(session.id).await?);
    let (shown, aside): (Vec<&Question>, Vec<&Question>) =
        all.iter().partition(|question| question.is_public() && question.chat == Some(session.chat));
    let ends = session.ended_at.unwrap_or(at);
    let likes_of = |id: QuestionId| likes.get(&id).copied().unwrap_or(0);
    let here: HashMap<QuestionId, &Question> = shown.iter().map(|question| (question.id, *question)).collect();
    let (mut answered, mut answered_later, mut open) = (0, 0, 0);
    let mut also: HashMap<QuestionId, usize> = HashMap::new();
    let mut entries = Vec::new();
    for question in &shown {
        let into = question.life.merged_into.filter(|_| question.life.state == State::Merged);
        let stands_here = into.and_then(|into| here.get(&into).copied());
        // from before, or from elsewhere
        let stands_elsewhere = match into.filter(|_| stands_here.is_none()) {
            Some(into) => db.find_question(into).await?,
            None => None,
        };
        let life = &stands_here.or(stands_elsewhere.as_ref()).unwrap_or(question).life;
        match life.answered_at.or(question.life.answered_at) {
            _ if life.is_open() => open += 1,
            Some(at) if at > ends => answered_later += 1,
            _ => answered += 1,
        }
        if let Some(stands_here) = stands_here {
            *also.entry(stands_here.id).or_default() += 1;
            continue;
        }
        let given = match (into, &stands_elsewhere) {
            // what everybody may read of it
            (Some(into), Some(other)) if other.is_public() && other.life.published_at.is_some() => {
                db.list_answers(into).await?
            }
            (Some(_), _) => Vec::new(),
            (None, _) => answers.remove(&question.id).unwrap_or_default(),
        };
        let (likes, is_open) = (likes_of(question.id), life.is_open());
        entries.push(Entry { question: (*question).clone(), answers: given, also: 0, likes, is_open });
    }
    for entry in &mut entries {
        entry.also = also.get(&entry.question.id).copied().unwrap_or(0);
    }
    Ok(Report {
        asked: shown.len(),
        askers: shown.iter().map(|question| question.asker.who()).collect::<BTreeSet<String>>().len(),
        answered,
        answered_later,
        open,
        satisfied: shown.iter().filter(|question| question.life.satisfied == Some(true)).count(),
        likes: shown.iter().map(|question| likes_of(question.id)).sum(),
        aside: aside.len(),
        participants: people.len(),
        entries,
    })
}
