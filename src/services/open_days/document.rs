//! An open day as a document (.docx): every question that everybody may read with all its answers, in the order of asking.
//!
//! Made from the database whenever it is asked for; nothing of it is kept. No asker is named: what somebody who asked
//! without a name is called in their thread is the most it says.

use std::io::Cursor;
use std::path::Path;

use chrono::{DateTime, Utc};
use docx_rs::{AlignmentType, BreakType, Docx, Paragraph, Run, RunFonts, SpecialIndentType};

use super::{Entry, Report, group_name, host_name};
use crate::domain::directory::Directory;
use crate::domain::open_day::Phase;
use crate::domain::question::State;
use crate::services::questions::moment;
use crate::services::roster::{WriteError, write_new};
use crate::store::Session;

/// In half points.
const TITLE_SIZE: usize = 36;
const HEADING_SIZE: usize = 28;
const TEXT_SIZE: usize = 24;

/// In twentieths of a point.
const INDENT: i32 = 420;

/// Writes what came of an open day by an instant.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn write(
    session: &Session,
    came: &Report,
    directory: &Directory,
    at: DateTime<Utc>,
    path: &Path,
) -> Result<(), WriteError> {
    let mut bytes = Cursor::new(Vec::new());
    // the writer's error is of a crate of its own
    document(session, came, directory, at)
        .pack(&mut bytes)
        .map_err(|error| WriteError::Io(path.display().to_string(), std::io::Error::other(error)))?;
    write_new(path, &bytes.into_inner())
}

fn document(session: &Session, came: &Report, directory: &Directory, at: DateTime<Utc>) -> Docx {
    let zone = directory.zone_of(session.unit);
    let mut document = Docx::new()
        .default_fonts(RunFonts::new().east_asia("宋体"))
        .default_size(TEXT_SIZE)
        .created_at(&at.to_rfc3339())
        .updated_at(&at.to_rfc3339())
        .add_paragraph(words("线上开放日·书记面对面", TITLE_SIZE).align(AlignmentType::Center));
    if !session.topic.is_empty() {
        document = document.add_paragraph(words(&session.topic, HEADING_SIZE).align(AlignmentType::Center));
    }
    for (what, said) in facts(session, came, directory, at) {
        let line = Paragraph::new().add_run(bold(what)).add_run(plain(&said));
        document = document.add_paragraph(line);
    }
    for (place, entry) in (1_usize..).zip(&came.entries) {
        document = document.add_paragraph(words(&heading(place, entry), HEADING_SIZE));
        let asked = format!("问（{}）：", asker(entry));
        document = document.add_paragraph(indented().add_run(bold(&asked)).add_run(plain(&entry.question.text)));
        for answer in &entry.answers {
            let unit = directory.person(answer.by).map_or("", |person| directory.unit_name(person.unit));
            let said = format!("答（{unit}，{}）：", moment(answer.at, zone));
            document = document.add_paragraph(indented().add_run(bold(&said)).add_run(plain(&answer.text)));
        }
        if entry.is_open {
            let owed = match entry.question.life.state {
                State::Waiting => format!("{}，等提问人补充。", still_open(entry)),
                _ => format!("{}，{} 前答复。", still_open(entry), moment(entry.question.life.due_at, zone)),
            };
            document = document.add_paragraph(indented().add_run(bold(&owed)));
        }
    }
    document
}

/// What stands above the questions.
fn facts(session: &Session, came: &Report, directory: &Directory, at: DateTime<Utc>) -> Vec<(&'static str, String)> {
    let zone = directory.zone_of(session.unit);
    let day = session.began_at.with_timezone(&zone).format("%Y年").to_string();
    let ends = session.ended_at.unwrap_or(session.until);
    let mut facts = vec![
        ("单位：", directory.unit_name(session.unit).to_owned()),
        ("群：", group_name(directory, session).as_str().to_owned()),
        ("时间：", format!("{day}{} 到 {}", moment(session.began_at, zone), moment(ends, zone))),
        ("主持：", host_name(directory, session).as_str().to_owned()),
        ("参与：", format!("{} 人（提问或点赞）", came.participants)),
        (
            "问答：",
            format!(
                "{} 人提问，共 {} 个问题，当场答复 {} 个，会后答复 {} 个，还没有答复 {} 个；满意 {} 个，{} 个赞",
                came.askers, came.asked, came.answered, came.answered_later, came.open, came.satisfied, came.likes
            ),
        ),
    ];
    if came.aside > 0 {
        facts.push(("不公开的：", format!("{} 个，另行答复，不在下面", came.aside)));
    }
    if session.phase != Phase::Ended {
        facts.push(("状态：", session.phase.title().to_owned()));
    }
    facts.push(("截至：", format!("{day}{}", moment(at, zone))));
    facts
}

fn heading(place: usize, entry: &Entry) -> String {
    let mut heading = format!("{place}. {} 号", entry.question.number);
    if entry.also > 0 {
        heading.push_str(&format!("，另有 {} 人也问", entry.also));
    }
    if entry.likes > 0 {
        heading.push_str(&format!("，{} 个赞", entry.likes));
    }
    heading
}

fn asker(entry: &Entry) -> String {
    entry.question.asker.alias().map_or_else(|| "青年".to_owned(), |alias| format!("匿名青年#{alias}"))
}

fn still_open(entry: &Entry) -> &'static str {
    if entry.answers.is_empty() { "还没有答复" } else { "还有追问没有答复" }
}

fn words(text: &str, size: usize) -> Paragraph {
    Paragraph::new().add_run(bold(text).size(size))
}

fn indented() -> Paragraph {
    Paragraph::new().indent(Some(INDENT), None::<SpecialIndentType>, None, None)
}

fn bold(text: &str) -> Run {
    plain(text).bold()
}

/// A text with its lines. What XML cannot hold is left out.
fn plain(text: &str) -> Run {
    let mut run = Run::new();
    for (at, line) in text.lines().enumerate() {
        if at > 0 {
            run = run.add_break(BreakType::TextWrapping);
        }
        let line: String = line.chars().filter(|c| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect();
        run = run.add_text(line);
    }
    run
}
