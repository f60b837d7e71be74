//! Charts: figures drawn as a picture (SVG → PNG) when a message goes out.
//!
//! Drawing takes tens of milliseconds, so it happens in the outbox's worker, outside every transaction and off the async
//! threads. Without a font that has Chinese characters nothing is drawn: the words of the message say the same.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::domain::chart::Chart;
use crate::domain::message::{Message, Part};

mod font;
mod svg;

use font::Font;
pub use font::NoFont;

/// Draws charts. The font is looked for when it is first needed.
#[derive(Debug, Default)]
pub struct Charts {
    configured: String,
    font: OnceLock<Result<Font, NoFont>>,
}

impl Charts {
    /// With the font file at this path; the usual places are looked at where it is empty.
    pub fn with_font(path: &str) -> Self {
        Self { configured: path.to_owned(), font: OnceLock::new() }
    }

    fn font(&self) -> Result<&Font, &NoFont> {
        self.font.get_or_init(|| font::find(&self.configured)).as_ref()
    }

    /// The font file that is drawn with. Reads it where it was not read yet.
    ///
    /// # Errors
    /// Why there is none, for people.
    pub fn font_file(&self) -> Result<PathBuf, NoFont> {
        self.font().map(|font| font.path.clone()).map_err(Clone::clone)
    }

    /// A chart as a PNG; `None` where nothing can be drawn.
    pub fn png(&self, chart: &Chart) -> Option<Vec<u8>> {
        if !chart.is_worth_drawing() {
            return None;
        }
        let font = self.font().ok()?;
        font::draw(&svg::svg(chart, &font.family), font)?.encode_png().ok()
    }

    /// The message with its charts as pictures, or without them where nothing can be drawn.
    pub async fn illustrate(self: &Arc<Self>, message: Message) -> Message {
        if !message.parts.iter().any(|part| matches!(part, Part::Chart(_))) {
            return message;
        }
        let (charts, kept) = (self.clone(), message.clone());
        let drawn = tokio::task::spawn_blocking(move || charts.drawn(kept)).await;
        drawn.unwrap_or_else(|error| {
            tracing::error!(error = %error, "A chart could not be drawn; its message goes out without it");
            without_charts(message)
        })
    }

    fn drawn(&self, message: Message) -> Message {
        let part = |part: Part| match part {
            Part::Chart(chart) => {
                let png = self.png(&chart)?;
                Some(Part::Image { base64: STANDARD.encode(png), alt: chart.title })
            }
            other => Some(other),
        };
        Message { parts: message.parts.into_iter().filter_map(part).collect() }
    }
}

fn without_charts(message: Message) -> Message {
    Message { parts: message.parts.into_iter().filter(|part| !matches!(part, Part::Chart(_))).collect() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::chart::{Bar, BarGroup};

    fn chart() -> Chart {
        let bar = |label: &str, value| Bar { label: label.into(), value, before: Some(1) };
        let group = BarGroup { title: "周末".into(), full: None, bars: vec![bar("爬山", 3), bar("看电影", 1)] };
        Chart {
            title: "周末去哪".into(),
            unit: "票".into(),
            series: Some(("本周".into(), "上周".into())),
            groups: vec![group],
        }
    }

    #[test]
    fn what_is_no_font_is_found_out_before_it_draws_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("font.ttf");
        let of = |path: &Path| Charts::with_font(path.to_str().unwrap());
        assert!(matches!(of(&path).font_file(), Err(NoFont::Unreadable(_))));
        std::fs::write(&path, b"no font").unwrap();
        let charts = of(&path);
        assert!(matches!(charts.font_file(), Err(NoFont::Unfit(_))));
        assert_eq!(charts.png(&chart()), None);
    }

    #[test]
    fn a_font_without_chinese_characters_is_refused() {
        let latin = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
        if Path::new(latin).is_file() {
            assert!(matches!(Charts::with_font(latin).font_file(), Err(NoFont::Unfit(_))));
        }
    }

    #[test]
    fn a_chart_is_drawn_where_there_is_a_font_and_left_out_where_there_is_none() {
        let message = || Message { parts: vec![Part::Words("结果".into()), Part::Chart(chart())] };
        assert_eq!(Charts::with_font("/nowhere").drawn(message()), Message::words("结果"));
        let charts = Charts::default();
        if charts.font_file().is_ok() {
            let drawn = charts.drawn(message());
            let [_, Part::Image { base64, alt }] = drawn.parts.as_slice() else { panic!("{drawn:?}") };
            assert_eq!(alt, "周末去哪");
            let png = image::load_from_memory(&STANDARD.decode(base64).unwrap()).unwrap().to_luma8();
            assert_eq!(png.width(), svg::WIDTH);
            let dark = png.pixels().filter(|pixel| pixel.0[0] < 120).count();
            assert!((500..60_000).contains(&dark), "{dark} dark pixels");
        }
    }

    #[test]
    fn nothing_and_too_much_are_not_drawn() {
        let charts = Charts::default();
        assert_eq!(charts.png(&Chart::default()), None);
        let bars = vec![Bar::default(); 61];
        let groups = vec![BarGroup { bars, ..BarGroup::default() }];
        assert_eq!(charts.png(&Chart { groups, ..Chart::default() }), None);
    }
}
