//! A chart as an SVG: horizontal bars, each with its words above it, as wide as a telephone shows at once.

use std::fmt::Write as _;

use crate::domain::chart::{Bar, BarGroup, Chart};

/// The width of every picture, in pixels.
pub(super) const WIDTH: u32 = 600;

const MARGIN: u32 = 24;
const INNER: u32 = WIDTH - 2 * MARGIN;
const TITLE: u32 = 30;
const HEADING: u32 = 25;
const LABEL: u32 = 23;
const BAR: u32 = 20;
const BAR_BEFORE: u32 = 10;

const INK: &str = "#1f2329";
const SOFT: &str = "#646a73";
const TRACK: &str = "#eef0f3";
const FILL: &str = "#d4380d";
const FILL_BEFORE: &str = "#f0b59f";

/// The lines that a title may take.
const TITLE_LINES: usize = 2;

/// A drawing that grows downward.
struct Canvas {
    body: String,
    y: u32,
}

impl Canvas {
    /// A line of text whose top is where the drawing ends; the drawing does not move on.
    fn text(&mut self, x: u32, size: u32, colour: &str, bold: bool, to_the_left: bool, text: &str) {
        let (weight, anchor) = (if bold { "bold" } else { "normal" }, if to_the_left { "end" } else { "start" });
        let baseline = self.y + size;
        // writing to a string cannot fail
        let _ = write!(
            self.body,
            r#"<text x="{x}" y="{baseline}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{colour}">{}</text>"#,
            escaped(text)
        );
    }

    fn rectangle(&mut self, x: u32, width: u32, height: u32, colour: &str) {
        if width == 0 {
            return;
        }
        let y = self.y;
        let _ =
            write!(self.body, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="{colour}"/>"#);
    }
}

/// Draws a chart.
pub(super) fn svg(chart: &Chart, family: &str) -> String {
    let mut canvas = Canvas { body: String::new(), y: MARGIN };
    for line in wrapped(&chart.title, INNER, TITLE, TITLE_LINES) {
        canvas.text(MARGIN, TITLE, INK, true, false, &line);
        canvas.y += TITLE + 10;
    }
    canvas.y += 6;
    if let Some((now, before)) = &chart.series {
        legend(&mut canvas, now, before);
    }
    for group in &chart.groups {
        draw_group(&mut canvas, group, &chart.unit);
    }
    let height = canvas.y + MARGIN / 2;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" font-family="{}"><rect width="{WIDTH}" height="{height}" fill="#ffffff"/>{}</svg>"##,
        escaped(family),
        canvas.body
    )
}

fn legend(canvas: &mut Canvas, now: &str, before: &str) {
    let mut x = MARGIN;
    for (colour, words) in [(FILL, now), (FILL_BEFORE, before)] {
        canvas.y += 4;
        canvas.rectangle(x, 16, 16, colour);
        canvas.y -= 4;
        canvas.text(x + 24, LABEL, SOFT, false, false, words);
        x += 24 + width_of(words, LABEL) + 28;
    }
    canvas.y += LABEL + 16;
}

fn draw_group(canvas: &mut Canvas, group: &BarGroup, unit: &str) {
    if !group.title.is_empty() {
        for line in wrapped(&group.title, INNER, HEADING, TITLE_LINES) {
            canvas.text(MARGIN, HEADING, INK, true, false, &line);
            canvas.y += HEADING + 8;
        }
        canvas.y += 4;
    }
    let greatest = group.bars.iter().map(|bar| bar.value.max(bar.before.unwrap_or(0))).max().unwrap_or(0);
    let full = group.full.unwrap_or(greatest).max(greatest).max(1);
    for bar in &group.bars {
        draw_bar(canvas, bar, full, unit);
    }
    canvas.y += 10;
}

fn draw_bar(canvas: &mut Canvas, bar: &Bar, full: u32, unit: &str) {
    let figure = match bar.before {
        Some(before) => format!("{}{unit}（{before}{unit}）", bar.value),
        None => format!("{}{unit}", bar.value),
    };
    let room = INNER.saturating_sub(width_of(&figure, LABEL) + 16);
    let label = wrapped(&bar.label, room, LABEL, 1).pop().unwrap_or_default();
    canvas.text(MARGIN, LABEL, INK, false, false, &label);
    canvas.text(WIDTH - MARGIN, LABEL, SOFT, false, true, &figure);
    canvas.y += LABEL + 8;
    canvas.rectangle(MARGIN, INNER, BAR, TRACK);
    canvas.rectangle(MARGIN, length(bar.value, full), BAR, FILL);
    canvas.y += BAR;
    if let Some(before) = bar.before {
        canvas.y += 3;
        canvas.rectangle(MARGIN, length(before, full), BAR_BEFORE, FILL_BEFORE);
        canvas.y += BAR_BEFORE;
    }
    canvas.y += 14;
}

/// How long a bar is. What is not nothing is seen.
fn length(value: u32, full: u32) -> u32 {
    let length = u64::from(value.min(full)) * u64::from(INNER) / u64::from(full.max(1));
    let length = u32::try_from(length).unwrap_or(INNER);
    if value > 0 { length.max(3) } else { 0 }
}

/// About how wide a text is: a Chinese character is as wide as the font is high, a letter a little more than half.
fn width_of(text: &str, size: u32) -> u32 {
    text.chars().map(|c| character(c, size)).sum()
}

fn character(c: char, size: u32) -> u32 {
    if c.is_ascii() { size * 3 / 5 } else { size }
}

/// A text in at most so many lines; what does not fit ends in an ellipsis.
fn wrapped(text: &str, width: u32, size: u32, lines: usize) -> Vec<String> {
    let mut wrapped = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        let wide = character(c, size);
        if used + wide > width {
            if wrapped.len() == lines {
                if let Some(last) = wrapped.last_mut() {
                    last.pop();
                    last.push('…');
                }
                break;
            }
            wrapped.push(String::new());
            used = 0;
        }
        if let Some(last) = wrapped.last_mut() {
            last.push(c);
        }
        used += wide;
    }
    wrapped
}

/// A text inside an SVG. What XML forbids is left out, and so are emoji: no font of ours has them.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{FE00}'..='\u{FE0F}' | '\u{FFFE}' | '\u{FFFF}' | '\u{1F000}'..='\u{1FAFF}' => {}
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_break_out_of_the_drawing() {
        let bar = Bar { label: "</text><script>&\"\u{1}".into(), value: 1, before: None };
        let group = BarGroup { bars: vec![bar], ..BarGroup::default() };
        let svg = svg(&Chart { groups: vec![group], ..Chart::default() }, "x");
        assert!(svg.contains("&lt;/text&gt;&lt;script&gt;&amp;&quot;<"), "{svg}");
    }

    #[test]
    fn bars_are_as_long_as_their_figures_and_what_is_not_nothing_is_seen() {
        assert_eq!((length(10, 10), length(5, 10), length(0, 10)), (INNER, INNER / 2, 0));
        assert_eq!(length(1, 100_000), 3);
        assert_eq!(length(7, 0), INNER.min(length(7, 0)), "nothing is divided by nothing");
    }

    #[test]
    fn a_long_title_is_wrapped_and_then_cut() {
        assert_eq!(wrapped("一二三四五六", 40, 20, 2), ["一二", "三…"]);
        assert_eq!(wrapped("一二三四", 40, 20, 2), ["一二", "三四"]);
        assert_eq!(wrapped("", 40, 20, 2), [""]);
    }
}
