//! Looking at questions: one with its answers and its history, one's own, those that wait for an answer.

use chrono::{DateTime, TimeDelta, Utc};

use super::{LISTED, asker_keys, doer_keys, is_asker, may_answer, moment, oversees, refuse};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::UserText;
use crate::domain::policy::URGENT;
use crate::domain::question::{Event, Question, State, Step, Visibility};
use crate::error::{Fault, Halt};
use crate::services::{Rulebook, anonymity, deputies};
use crate::store::Tx;
use crate::templates::contexts::{
    AnswerLine, EventLine, LookInPrivate, MyQuestions, NoSuchPublicQuestion, OwnQuestionLine, Pending, QuestionLine,
    QuestionView,
};

/// How many of one's own questions are listed.
const OWN_LISTED: u32 = 8;

/// What the asker reads of a question that should have been answered.
const LATE: &str = "待答，已超过答应的时间，正在催办";

/// A line of a list.
pub fn line(directory: &Directory, question: &Question, now: DateTime<Utc>) -> QuestionLine {
    let assignee = question.life.assignee.and_then(|(person, _)| directory.person(person));
    let held = question.life.state == State::Held;
    let urgent = question.life.class == URGENT && question.life.visibility == Visibility::Private;
    QuestionLine {
        number: question.number,
        // a list may be asked for in a group: those words are for one reader at a time
        text: if held || urgent { UserText::default() } else { UserText::short(&question.text, 40) },
        unit: UserText::new(directory.unit_name(question.unit)),
        due: moment(question.life.due_at, directory.zone_of(question.unit)),
        overdue: question.life.is_overdue(now),
        held,
        urgent,
        private: false,
        waiting: question.life.state == State::Waiting,
        assignee: assignee.map(|person| UserText::new(&person.name)),
    }
}

impl QuestionLine {
    /// In a group nobody reads what was asked in private.
    pub fn hide_from_group(&mut self, question: &Question, in_group: bool) {
        if in_group && question.life.visibility == Visibility::Private {
            self.text = UserText::default();
            self.private = true;
        }
    }
}

/// The questions this person may answer and that are open: those that wait for an answer, then those that wait for somebody
/// to look at their words or for the asker.
///
/// # Errors
/// The database's.
pub async fn pending(tx: &mut Tx, rules: &Rulebook, person: &Person, event: &InboundEvent) -> Result<Pending, Fault> {
    let now = event.sent_at;
    let directory = tx.directory();
    let mut people = deputies::principals(tx, rules, person, now).await?;
    people.push(person.clone());
    let mut open = tx.db().await?.list_open_questions(now).await?;
    open.extend(tx.db().await?.list_resting_questions(now).await?);
    let mut invited = Vec::new();
    for one in &people {
        invited.extend(tx.db().await?.list_invitations(one.id).await?);
    }
    let assigned = |question: &Question| {
        question.life.assignee.is_some_and(|(assignee, _)| people.iter().any(|one| one.id == assignee))
    };
    open.retain(|question| {
        if !question.life.is_owed(now) {
            return false;
        }
        let oversees = people.iter().any(|one| oversees(&directory, one, question));
        assigned(question) || oversees || invited.contains(&question.id)
    });
    // what cannot wait, then one's own
    open.sort_by_key(|question| (question.life.class != URGENT, !assigned(question)));
    let shown = |question: &Question| {
        let mut line = line(&directory, question, now);
        line.hide_from_group(question, !event.place.is_private());
        line
    };
    let items = open.iter().take(LISTED).map(shown).collect();
    Ok(Pending { items, more: open.len().saturating_sub(LISTED) })
}

/// The asker's own latest open question of the last 24 hours.
///
/// # Errors
/// The database's.
pub async fn latest_open(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<Option<Question>, Fault> {
    let since = event.sent_at - TimeDelta::hours(24);
    let mut latest: Option<Question> = None;
    for who in doer_keys(rules, speaker, event) {
        let own = tx.db().await?.list_questions_of(&who, 5).await?;
        let open = own.into_iter().find(|question| question.asked_at >= since && question.life.can_be_taken_back());
        latest = [latest, open].into_iter().flatten().max_by_key(|question| question.id);
    }
    Ok(latest)
}

/// 我的提问: one's latest questions and where they stand. Those asked in private are listed in private only.
///
/// # Errors
/// The database's.
pub async fn mine(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    event: &InboundEvent,
) -> Result<MyQuestions, Fault> {
    let directory = tx.directory();
    let mut own = Vec::new();
    for who in asker_keys(rules, speaker, event) {
        own.extend(tx.db().await?.list_questions_of(&who, OWN_LISTED).await?);
    }
    own.retain(|question| {
        let asked_openly = question.chat.is_some() && question.asker.alias().is_none();
        event.place.is_private() || asked_openly && question.life.class != URGENT
    });
    own.sort_by_key(|question| std::cmp::Reverse(question.id));
    own.truncate(usize::try_from(OWN_LISTED).unwrap_or(8));
    let mut items: Vec<OwnQuestionLine> = own
        .iter()
        .map(|question| OwnQuestionLine {
            number: question.number,
            text: UserText::short(&question.text, 40),
            state: if question.life.is_overdue(event.sent_at) { LATE } else { shown_state(question, false) },
            due: (matches!(question.life.state, State::Asked | State::Held)
                && !question.life.is_overdue(event.sent_at))
            .then(|| moment(question.life.due_at, directory.zone_of(question.unit))),
            alias: question.asker.alias().map(str::to_owned),
        })
        .collect();
    anonymity::add_pending(tx, rules, speaker, event, &mut items).await?;
    Ok(MyQuestions { items })
}

/// 看: a question with its answers; for those who answer, also its history. Public ones are there for everybody of the same
/// tree, others for the asker and for those who answer.
///
/// # Errors
/// Refuses everything else, in the words of what does not exist.
pub async fn show(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    number: i64,
) -> Result<(Question, QuestionView), Halt> {
    let found = tx.db().await?.find_question_by_number(number).await?;
    let unknown = NoSuchPublicQuestion { number, look: true };
    let Some(question) = found else { return refuse(rules, event, &unknown) };
    let answers = match speaker {
        Some(person) if question.asked_at <= event.sent_at => {
            may_answer(tx, rules, person, &question, event.sent_at).await?
        }
        _ => false,
    };
    let own = is_asker(rules, speaker, event, &question);
    // in a group everybody hears it
    let among =
        event.place.is_private() || chat.is_some_and(|chat| chat.role != crate::domain::people::ChatRole::Youth);
    let directory = tx.directory();
    let may = match among {
        true => answers || own || is_readable(&directory, speaker, chat, event, &question),
        false => is_readable(&directory, speaker, chat, event, &question) || own && was_declined_here(&question, chat),
    };
    let alone = question.life.state == State::Held || question.life.visibility == Visibility::Private;
    let in_group = !event.place.is_private();
    if alone && in_group && (answers || own) && among {
        return refuse(rules, event, &LookInPrivate { number });
    }
    if !may {
        return refuse(rules, event, &unknown);
    }
    let zone = directory.zone_of(question.unit);
    let given = tx.db().await?.list_answers(question.id).await?;
    let stands_for = tx.db().await?.count_others_who_asked(question.id).await?;
    let likes = tx.db().await?.count_likes(question.id).await?;
    let mut history = tx.db().await?.list_question_events(question.id).await?;
    let is_end = |event: &&Event| [Step::Decline.code(), Step::Unheard.code()].contains(&event.step.as_str());
    let end = history.iter().rfind(is_end).filter(|_| question.life.state == State::Declined);
    let declined = end.map(|event| match event.detail.as_str() {
        "" => UserText::new("没有等到提问人补充"),
        reason => UserText::new(reason),
    });
    if !(answers && among) {
        history.clear();
    }
    let into = match question.life.merged_into {
        Some(other) => tx.db().await?.find_question(other).await?.map(|other| other.number),
        None => None,
    };
    let person_name = |id| directory.person(id).map_or_else(UserText::default, |person| UserText::new(&person.name));
    // whoever asked in private stays unnamed where their question was made public
    let asker = question.asker.person().filter(|_| in_group && question.chat.is_none());
    let aside = !in_group && (answers || own);
    let view = QuestionView {
        number,
        alias: question.asker.alias().map(str::to_owned),
        text: UserText::new(&question.text),
        aside: UserText::new(if aside { question.aside.trim() } else { "" }),
        state: shown_state(&question, answers),
        asked: moment(question.asked_at, zone),
        due: matches!(question.life.state, State::Asked | State::Held).then(|| moment(question.life.due_at, zone)),
        into,
        declined,
        answers: given
            .iter()
            .map(|answer| AnswerLine {
                text: UserText::new(&answer.text),
                by: UserText::new(directory.person(answer.by).map_or("", |person| directory.unit_name(person.unit))),
                when: moment(answer.at, zone),
            })
            .collect(),
        also: stands_for,
        likes,
        history: history
            .iter()
            .filter(|step| step.at <= event.sent_at)
            .map(|step| EventLine {
                when: moment(step.at, zone),
                what: step_title(&step.step),
                by: step.by.filter(|by| Some(*by) != asker).map_or_else(UserText::default, person_name),
                // nor does a group hear what the asker said with a step: it may have been in private
                detail: UserText::short(if in_group && is_of_asker(&step.step) { "" } else { &step.detail }, 60),
            })
            .collect(),
        topic: answers.then(|| rules.topic_title(question.life.topic.as_deref())).flatten(),
    };
    Ok((question, view))
}

/// Whether a question was asked in this group and not taken up, with a reason that the group has read.
fn was_declined_here(question: &Question, chat: Option<&Chat>) -> bool {
    let here = chat.is_some_and(|chat| question.chat == Some(chat.id));
    here && question.life.state == State::Declined && question.life.visibility == Visibility::Public
}

/// Where a question stands. Its asker is not taught which words make somebody look.
fn shown_state(question: &Question, answers: bool) -> &'static str {
    match question.life.state {
        State::Held if !answers => State::Asked.title(),
        state => state.title(),
    }
}

/// Whether everybody in this place may read a question.
pub fn is_readable(
    directory: &Directory,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    question: &Question,
) -> bool {
    let here = super::unit_for(directory, speaker, chat, &event.account);
    let root = |unit| directory.lineage(unit).last().map(|unit| unit.id);
    let same_tree = here.is_some_and(|unit| root(unit) == root(question.unit));
    // before there is an answer, those who were there when it was asked know of it
    let known_here = question.life.published_at.is_some() || question.chat.is_some();
    same_tree && question.is_public() && known_here && question.asked_at <= event.sent_at
}

/// Whether it is the asker who takes a step, with words of their own.
fn is_of_asker(code: &str) -> bool {
    [Step::Add, Step::Rate(true), Step::Rate(false)].iter().any(|step| step.code() == code)
}

/// What a step is called in a history.
fn step_title(code: &str) -> &'static str {
    match code {
        "held" => "提问，等人看过",
        "asked" => "提问",
        "offered" => "提问，先给了同类答复",
        "released" => "放行",
        "insisted" => "仍要提问",
        "offer_taken" => "看了同类答复",
        "assigned" => "转给",
        "handed" => "转到",
        "returned" => "退回",
        "lapsed" => "超时未答，收回",
        "invited" => "邀请专家",
        "asked_back" => "请提问人补充",
        "asked_again" => "再请提问人补充",
        "unheard" => "没有等到补充，结束",
        "went_on" => "没有等到补充，继续办理",
        "restarted" => "开放日取消，重新计时",
        "added" => "补充",
        "answered" => "答复",
        "published" => "公开",
        "hidden" => "不公开",
        "rated" => "满意",
        "reopened" => "不满意",
        "rate_reminded" => "请提问人评价",
        "closed" => "未评价，结束",
        "merged" => "合并到",
        "revived" => "恢复待答",
        "answered_with" => "随合并到的问题答复",
        "declined" => "不受理",
        "withdrawn" => "撤回",
        "extended" => "延期",
        "warned" => "催办",
        "retopiced" => "改主题",
        _ => "其他",
    }
}
