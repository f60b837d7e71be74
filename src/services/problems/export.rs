//! The list of a month as a workbook and as CSV files: entries, voices, steps.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;
use rust_xlsxwriter::{Format, Workbook};

use super::brief::since;
use super::listing::standing;
use crate::domain::calendar::{DayRange, instant};
use crate::domain::directory::Directory;
use crate::domain::id::{QuestionId, UnitId};
use crate::domain::problem::{Problem, ProblemState, Source, entries};
use crate::error::Fault;
use crate::services::Rulebook;
use crate::services::roster::{WriteError, guarded, write_new};
use crate::store::{Db, KeptStep};

/// A table: its name, its headings and its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub title: &'static str,
    headings: &'static [&'static str],
    /// Its rows.
    pub rows: Vec<Vec<String>>,
}

/// What a month's list is made of, for one unit and everything below it.
#[derive(Clone, Debug)]
pub struct MonthOfProblems {
    voices: Vec<Problem>,
    steps: Vec<KeptStep>,
    questions: HashMap<QuestionId, i64>,
    zone: Tz,
}

impl MonthOfProblems {
    /// Reads what was on the list at the end of a month, or now where that is earlier, and what was settled in it.
    ///
    /// # Errors
    /// The database's.
    pub async fn read(
        db: Db<'_>,
        directory: &Directory,
        rules: &Rulebook,
        unit: UnitId,
        month: DayRange,
        now: DateTime<Utc>,
    ) -> Result<Self, Fault> {
        let zone = directory.zone_of(unit);
        let begins = instant(month.first, rules.policy.day_starts_at, zone);
        let ends = instant(month.last + Days::new(1), rules.policy.day_starts_at, zone).min(now);
        let mut voices = since(db, begins, ends).await?;
        voices.retain(|voice| directory.is_within(voice.unit, unit));
        let ids: Vec<_> = voices.iter().map(|voice| voice.id).collect();
        let mut steps = db.list_problem_steps(&ids).await?;
        steps.retain(|step| step.at <= ends);
        let asked: Vec<QuestionId> = voices.iter().filter_map(Problem::question).collect();
        let questions = db.question_numbers(&asked).await?;
        Ok(Self { voices, steps, questions, zone })
    }

    fn moment(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// The three tables.
    pub fn tables(&self, directory: &Directory) -> Vec<Table> {
        vec![self.entries(directory), self.voices(directory), self.steps(directory)]
    }

    fn entries(&self, directory: &Directory) -> Table {
        let row = |entry: &crate::domain::problem::Entry<'_>| {
            let lead = entry.lead;
            let mut units: Vec<(UnitId, usize)> = Vec::new();
            for voice in &entry.voices {
                match units.iter_mut().find(|(unit, _)| *unit == voice.unit) {
                    Some((_, count)) => *count += 1,
                    None => units.push((voice.unit, 1)),
                }
            }
            let units: Vec<String> =
                units.iter().map(|(unit, count)| format!("{} {count}", directory.unit_name(*unit))).collect();
            let first = entry.voices.iter().map(|voice| voice.said_at).min();
            let last = entry.voices.iter().map(|voice| voice.said_at).max();
            let (status, _) = standing(directory, lead);
            vec![
                lead.number.to_string(),
                lead.text.clone(),
                entry.voices.len().to_string(),
                units.join("、"),
                first.map(|at| self.moment(at)).unwrap_or_default(),
                last.map(|at| self.moment(at)).unwrap_or_default(),
                if status.is_empty() { ProblemState::Open.title().to_owned() } else { lead.state.title().to_owned() },
                directory.unit_name(lead.holder).to_owned(),
                lead.authority.clone().unwrap_or_default(),
                lead.outcome.clone().unwrap_or_default(),
                lead.settled_at.map(|at| self.moment(at)).unwrap_or_default(),
            ]
        };
        Table {
            title: "问题清单",
            headings: &["编号", "问题", "条数", "来自", "最早", "最近", "状态", "经办单位", "转给", "结果", "办结时间"],
            rows: entries(&self.voices).iter().map(row).collect(),
        }
    }

    fn voices(&self, directory: &Directory) -> Table {
        let numbers: HashMap<_, _> = self.voices.iter().map(|voice| (voice.id, voice.number)).collect();
        let row = |voice: &Problem| {
            let (source, who) = match voice.source {
                Source::Report { person, .. } => ("反馈".to_owned(), directory.person_name(person).to_owned()),
                // who asked stays with the question
                Source::Question(id) => {
                    (format!("青年提问 {}", self.questions.get(&id).copied().unwrap_or_default()), String::new())
                }
            };
            vec![
                voice.number.to_string(),
                numbers.get(&voice.entry).copied().unwrap_or(voice.number).to_string(),
                source,
                who,
                directory.unit_name(voice.unit).to_owned(),
                self.moment(voice.said_at),
                voice.text.clone(),
            ]
        };
        Table {
            title: "来源",
            headings: &["编号", "归在", "怎么来的", "谁反映的", "单位", "时间", "原话"],
            rows: self.voices.iter().map(row).collect(),
        }
    }

    fn steps(&self, directory: &Directory) -> Table {
        let numbers: HashMap<_, _> = self.voices.iter().map(|voice| (voice.id, voice.number)).collect();
        let row = |step: &KeptStep| {
            let by = step.by.and_then(|by| directory.person(by));
            vec![
                numbers.get(&step.problem).copied().unwrap_or_default().to_string(),
                self.moment(step.at),
                step.step.title().to_owned(),
                by.map(|by| directory.unit_name(by.unit).to_owned()).unwrap_or_default(),
                by.map(|by| by.name.clone()).unwrap_or_default(),
                step.text.clone(),
            ]
        };
        Table {
            title: "经过",
            headings: &["编号", "时间", "做了什么", "单位", "谁", "内容"],
            rows: self.steps.iter().map(row).collect(),
        }
    }
}

/// Writes the tables into a folder: one workbook, and a CSV file for each. Returns the files.
///
/// # Errors
/// The disk's; a file that is there already is not overwritten.
pub fn write(tables: &[Table], name: &str, folder: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let workbook = folder.join(format!("{name}.xlsx"));
    write_new(&workbook, &in_workbook(tables)?)?;
    let mut written = vec![workbook];
    for table in tables {
        let file = folder.join(format!("{name}-{}.csv", table.title));
        write_new(&file, &in_csv(table)?)?;
        written.push(file);
    }
    Ok(written)
}

fn in_workbook(tables: &[Table]) -> Result<Vec<u8>, WriteError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let mut workbook = Workbook::new();
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(table.title)?.set_freeze_panes(1, 0)?;
        for (at, heading) in (0_u16..).zip(table.headings) {
            sheet.write_string_with_format(0, at, *heading, &bold)?;
        }
        for (below, row) in (1_u32..).zip(&table.rows) {
            for (at, cell) in (0_u16..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                // a string cell is never calculated, whatever it begins with
                sheet.write_string_with_format(below, at, cell, &text)?;
            }
        }
        sheet.set_autofit_max_width(360).autofit();
    }
    Ok(workbook.save_to_buffer()?)
}

/// In UTF-8 with a byte order mark, as Excel wants it.
fn in_csv(table: &Table) -> Result<Vec<u8>, WriteError> {
    let mut writer = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
    writer.write_record(table.headings)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| guarded(cell)))?;
    }
    Ok(writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?)
}
