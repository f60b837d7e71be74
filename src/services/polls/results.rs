//! What came of a poll or survey, as far as it may be told, in words and as the same figures of a chart.

use std::collections::BTreeMap;

use super::{find_for_result, name_of_kind, refuse};
use crate::domain::chart::{Bar, BarGroup, Chart};
use crate::domain::directory::{Chat, Directory, Person};
use crate::domain::event::InboundEvent;
use crate::domain::message::{Figures, UserText};
use crate::domain::permission::{Who, reaches};
use crate::domain::poll::tally::{SMALLEST, Tally, mean_and_median, percent, shown, tally};
use crate::domain::poll::{Poll, PollKind, Reply, Sort, letter};
use crate::error::{Fault, Halt};
use crate::services::Rulebook;
use crate::services::questions::moment;
use crate::store::{FilledIn, Tx};
use crate::templates::contexts::{
    CountLine, NamesItem, NamesLine, NamesNotKept, PollNames, PollResult, PollWords, ResultItem, WordsItem,
};

/// How many names one option lists, and how many texts one question.
const NAMES: usize = 60;
const TEXTS: usize = 20;

/// The longest text in a message; the export has all of it.
const LONGEST_SAID: usize = 120;

/// What is shown to whoever asks.
#[derive(Clone, Debug)]
pub enum Shown {
    /// The result.
    Result(PollResult),
    /// Who chose what: for the secretary alone.
    Names(PollNames),
}

/// What came of the one with this number: `3`, or `3 名单`. `None` where nothing was said to us.
///
/// # Errors
/// Refuses a number that does not concern the speaker, and names that are not theirs or not kept.
pub async fn result(
    tx: &mut Tx,
    rules: &Rulebook,
    speaker: Option<&Person>,
    chat: Option<&Chat>,
    event: &InboundEvent,
    typed: &str,
) -> Result<Option<Shown>, Halt> {
    let (number, rest) = super::number_and_rest(typed);
    let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
    let wants_names = matches!(rest, "名单" | "明细" | "谁");
    let spoken_to = event.addressed || event.place.is_private();
    if !wants_names && !rest.is_empty() && !spoken_to {
        return Ok(None);
    }
    let Some((poll, is_secretary)) = find_for_result(tx, rules, speaker, chat, event, number).await? else {
        return Ok(None);
    };
    let answers = tx.db().await?.list_poll_answers(poll.id).await?;
    let directory = tx.directory();
    if !wants_names {
        let over = !poll.is_open(event.sent_at);
        // a survey that runs is the secretary's; what a poll stands at, the group may know
        let told = over || poll.kind == PollKind::Poll || (is_secretary && event.place.is_private());
        return Ok(Some(Shown::Result(result_of(&directory, &poll, &answers, over, told, false))));
    }
    if poll.is_anonymous() {
        let refusal = NamesNotKept { word: name_of_kind(&poll), number: poll.number };
        return refuse(rules, event, &refusal);
    }
    if !is_secretary {
        let refusal = crate::templates::contexts::NotAllowed {
            word: "名单".to_owned(),
            who: Who::Secretary.title().to_owned(),
        };
        return if spoken_to { refuse(rules, event, &refusal) } else { Ok(None) };
    }
    Ok(Some(Shown::Names(names_of(&poll, &answers))))
}

/// Whether somebody may see more than the group does.
pub(super) fn is_secretary(directory: &Directory, speaker: Option<&Person>, poll: &Poll) -> bool {
    speaker.is_some_and(|person| Who::Secretary.includes(Some(person)) && reaches(directory, person, poll.unit))
}

/// Why nothing but the number of participants is told; empty where all is.
fn withheld(poll: &Poll, participants: usize, over: bool, told: bool) -> String {
    if poll.is_anonymous() && !over {
        "匿名的，结束以后才公布。".to_owned()
    } else if poll.is_anonymous() && participants < SMALLEST {
        format!("匿名，不到 {SMALLEST} 人，不显示分布。")
    } else if !told {
        "结束以后公布。".to_owned()
    } else {
        String::new()
    }
}

/// The result as words, and with `draw` the same as a picture.
pub(super) fn result_of(
    directory: &Directory,
    poll: &Poll,
    answers: &[FilledIn],
    over: bool,
    told: bool,
    draw: bool,
) -> PollResult {
    let withheld = withheld(poll, answers.len(), over, told);
    let replies: Vec<Vec<Reply>> = answers.iter().map(|one| one.replies.clone()).collect();
    let items: Vec<ResultItem> = if withheld.is_empty() {
        let tallies = tally(&poll.form, &replies);
        tallies.iter().enumerate().map(|(at, tally)| item_of(poll, at, tally)).collect()
    } else {
        Vec::new()
    };
    let chart = draw.then(|| chart_of(poll, &items)).filter(Chart::is_worth_drawing).map(Figures);
    PollResult {
        word: name_of_kind(poll),
        number: poll.number,
        title: UserText::new(&poll.form.title),
        anonymous: poll.is_anonymous(),
        closed: over,
        closes: moment(poll.closes_at, directory.zone_of(poll.unit)),
        participants: answers.len(),
        withheld,
        items,
        chart,
    }
}

fn item_of(poll: &Poll, at: usize, tally: &Tally) -> ResultItem {
    let item = poll.form.items.get(at);
    let people = tally.people();
    let (mut options, mut numbers) = (Vec::new(), String::new());
    if let Tally::Choice { counts, .. } = tally {
        let words = item.map(|item| item.sort.options()).unwrap_or_default();
        let line = |(at, (option, votes)): (usize, (&String, &usize))| CountLine {
            letter: letter(at).to_string(),
            option: UserText::new(option),
            votes: *votes,
            percent: percent(*votes, people),
        };
        options = words.iter().zip(counts).enumerate().map(line).collect();
    }
    if let Tally::Number { values } = tally {
        numbers = match (mean_and_median(values), values.first(), values.last()) {
            (Some((mean, median)), Some(least), Some(most)) => {
                format!("平均 {}，中间 {}，最少 {}，最多 {}", shown(mean), shown(median), shown(*least), shown(*most))
            }
            _ => "还没有人写".to_owned(),
        };
    }
    ResultItem {
        number: if poll.kind == PollKind::Survey { at + 1 } else { 0 },
        text: UserText::new(item.map(|item| item.text.as_str()).unwrap_or_default()),
        people,
        several: matches!(item.map(|item| &item.sort), Some(Sort::Choice { most, .. }) if *most > 1),
        options,
        numbers,
        words: matches!(tally, Tally::Text { .. }),
    }
}

/// The figures of the words, and no others.
fn chart_of(poll: &Poll, items: &[ResultItem]) -> Chart {
    let bar = |line: &CountLine| Bar {
        label: format!("{} {}", line.letter, line.option.as_str()),
        value: u32::try_from(line.votes).unwrap_or(u32::MAX),
        before: None,
    };
    let group = |item: &ResultItem| BarGroup {
        title: if item.number == 0 { String::new() } else { format!("{}. {}", item.number, item.text.as_str()) },
        full: u32::try_from(item.people).ok(),
        bars: item.options.iter().map(bar).collect(),
    };
    Chart {
        title: poll.form.title.clone(),
        unit: " 票".to_owned(),
        series: None,
        groups: items.iter().filter(|item| !item.options.is_empty()).map(group).collect(),
    }
}

fn names_of(poll: &Poll, answers: &[FilledIn]) -> PollNames {
    let of = |(at, item): (usize, &crate::domain::poll::Item)| {
        let mut chosen: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for one in answers {
            if let Some(Reply::Chosen(options)) = one.replies.get(at) {
                options.iter().for_each(|option| chosen.entry(*option).or_default().push(&one.name));
            }
        }
        let line = |(at, option): (usize, &String)| {
            let mut names = chosen.remove(&at).unwrap_or_default();
            names.sort_unstable();
            NamesLine {
                letter: letter(at).to_string(),
                option: UserText::new(option),
                count: names.len(),
                more: names.len().saturating_sub(NAMES),
                names: names.into_iter().take(NAMES).map(|name| UserText::short(name, 12)).collect(),
            }
        };
        let options: Vec<NamesLine> = item.sort.options().iter().enumerate().map(line).collect();
        let number = if poll.kind == PollKind::Survey { at + 1 } else { 0 };
        (!options.is_empty()).then(|| NamesItem { number, text: UserText::new(&item.text), options })
    };
    PollNames {
        word: name_of_kind(poll),
        number: poll.number,
        title: UserText::new(&poll.form.title),
        items: poll.form.items.iter().enumerate().filter_map(of).collect(),
        participants: answers.len(),
    }
}

/// What was written, for the secretary; `None` where nothing was asked for or may be told.
pub(super) fn words_of(poll: &Poll, answers: &[FilledIn]) -> Option<PollWords> {
    if poll.is_anonymous() && answers.len() < SMALLEST {
        return None;
    }
    let replies: Vec<Vec<Reply>> = answers.iter().map(|one| one.replies.clone()).collect();
    let tallies = tally(&poll.form, &replies);
    let item = |(at, tally): (usize, &Tally)| match tally {
        Tally::Text { texts } => Some(WordsItem {
            number: at + 1,
            text: UserText::new(poll.form.items.get(at).map(|item| item.text.as_str()).unwrap_or_default()),
            count: texts.len(),
            said: texts.iter().take(TEXTS).map(|text| UserText::short(text, LONGEST_SAID)).collect(),
            more: texts.len().saturating_sub(TEXTS),
        }),
        _ => None,
    };
    let items: Vec<WordsItem> = tallies.iter().enumerate().filter_map(item).collect();
    let said = items.iter().any(|item| item.count > 0);
    said.then(|| PollWords {
        number: poll.number,
        title: UserText::new(&poll.form.title),
        anonymous: poll.is_anonymous(),
        items,
    })
}

/// The answers of one, read for its result.
pub(super) async fn answers_of(tx: &mut Tx, poll: &Poll) -> Result<Vec<FilledIn>, Fault> {
    Ok(tx.db().await?.list_poll_answers(poll.id).await?)
}
