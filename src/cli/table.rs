//! Tables for a terminal, in which a Chinese character is as wide as two letters.

use std::io::Write;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// Up to when something was counted, which is the machine's time where nothing else was said: `2026-11-20 18:00`.
pub(super) fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}

/// Writes rows below their headings, each column as wide as its widest cell.
pub(super) fn write(out: &mut dyn Write, headings: &[&str], rows: &[Vec<String>]) -> std::io::Result<()> {
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell));
            cells.chain([width(heading)]).max().unwrap_or(0)
        })
        .collect();
    write_row(out, &widths, headings.iter().copied())?;
    for row in rows {
        write_row(out, &widths, row.iter().map(String::as_str))?;
    }
    Ok(())
}

fn write_row<'a>(out: &mut dyn Write, widths: &[usize], cells: impl Iterator<Item = &'a str>) -> std::io::Result<()> {
    let mut line = String::new();
    for (cell, column_width) in cells.zip(widths) {
        line.push_str(cell);
        line.extend(std::iter::repeat_n(' ', column_width.saturating_sub(width(cell)) + 2));
    }
    writeln!(out, "{}", line.trim_end())
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_in_two_scripts() {
        let mut out = Vec::new();
        write(&mut out, &["编号", "状态"], &[vec!["12345".into(), "待发".into()], vec!["1".into(), "x".into()]])
            .unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "编号   状态\n12345  待发\n1      x\n");
    }
}
