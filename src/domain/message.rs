//! An outbound message as a tree of typed parts.
//!
//! Words of ours, words of a user, mentions, links and pictures are different things until a platform's `encode.rs`
//! turns them into its wire form. What a user typed can therefore never become a mention, a link or a picture.
//!
//! Templates are text, so typed values travel through them as marked runs: [`UserText`], [`Mention`], [`Link`],
//! [`Image`] and [`Figures`] serialise with private-use characters around them, and [`Message::from_rendered`] finds them again. Those
//! characters are taken out of everything a user typed.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::chart::Chart;
use super::text::printable;

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Message {
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Ours, from a template.
    Words(String),
    /// Typed by somebody; never interpreted by anybody.
    UserText(String),
    /// A person to be mentioned, by their id on the account the message goes through.
    Mention(MentionOf),
    /// A link of ours.
    Link {
        /// What is shown.
        text: String,
        /// Where it leads.
        url: String,
    },
    /// A picture of ours.
    Image {
        /// The picture's bytes, base64.
        base64: String,
        /// What the picture says, for platforms and people that cannot see it.
        alt: String,
    },
    /// A picture of ours that is drawn on its way out. The words of the message say the same, so that nothing is missing
    /// where nobody draws.
    Chart(Chart),
}

/// Whom a mention means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MentionOf {
    /// The account this id belongs to; on any other account the name is shown instead.
    pub account: String,
    /// Their id on that account.
    pub external_id: String,
    /// What to show where a mention is not possible.
    pub name: String,
}

const OPEN_USER: char = '\u{E000}';
const OPEN_MENTION: char = '\u{E001}';
const OPEN_LINK: char = '\u{E002}';
const OPEN_IMAGE: char = '\u{E003}';
const OPEN_CHART: char = '\u{E004}';
const CLOSE: char = '\u{E00F}';
const SEPARATOR: char = '\u{E00E}';

impl Message {
    /// A message of our words alone.
    pub fn words(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Words(text.into())] }
    }

    /// Reads a rendered template: marked runs become typed parts, everything else is our words.
    pub fn from_rendered(rendered: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = rendered.trim_end();
        while let Some(start) = rest.find([OPEN_USER, OPEN_MENTION, OPEN_LINK, OPEN_IMAGE, OPEN_CHART]) {
            let (before, marked) = rest.split_at(start);
            push_words(&mut parts, before);
            let mut chars = marked.chars();
            let opener = chars.next().unwrap_or(OPEN_USER);
            let inner = chars.as_str();
            let (inner, after) = inner.split_once(CLOSE).unwrap_or((inner, ""));
            parts.extend(read_marked(opener, inner));
            rest = after;
        }
        push_words(&mut parts, rest);
        Self { parts }
    }

    /// The message as plain text: what somebody would read aloud.
    pub fn plain(&self) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Words(words) | Part::UserText(words) => text.push_str(words),
                Part::Mention(who) => {
                    text.push('@');
                    text.push_str(&who.name);
                }
                Part::Link { text: shown, url } => {
                    text.push_str(shown);
                    text.push(' ');
                    text.push_str(url);
                }
                Part::Image { alt, .. } => {
                    text.push_str("[图片：");
                    text.push_str(alt);
                    text.push(']');
                }
                // the words say the same
                Part::Chart(_) => {}
            }
        }
        text
    }

    /// Whether it mentions anybody.
    pub fn mentions(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Mention(_)))
    }

    /// Whether it carries a picture.
    pub fn has_image(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Image { .. } | Part::Chart(_)))
    }
}

fn push_words(parts: &mut Vec<Part>, words: &str) {
    if !words.is_empty() {
        parts.push(Part::Words(words.to_owned()));
    }
}

/// `None` where an operator's template has spoilt a chart: its words are still there.
fn read_marked(opener: char, inner: &str) -> Option<Part> {
    let mut fields = inner.split(SEPARATOR).map(str::to_owned);
    let mut field = || fields.next().unwrap_or_default();
    Some(match opener {
        OPEN_MENTION => Part::Mention(MentionOf { account: field(), external_id: field(), name: field() }),
        OPEN_LINK => Part::Link { text: field(), url: field() },
        OPEN_IMAGE => Part::Image { base64: field(), alt: field() },
        OPEN_CHART => Part::Chart(serde_json::from_str(inner).ok()?),
        _ => Part::UserText(inner.to_owned()),
    })
}

/// Something a user typed (or a name a user chose), on its way out. Control characters, text-direction overrides and
/// our own marks are taken out when it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserText(String);

impl UserText {
    /// Takes what was typed.
    pub fn new(typed: &str) -> Self {
        Self(printable(typed))
    }

    /// At most `max` characters, with an ellipsis where something was cut.
    pub fn short(typed: &str, max: usize) -> Self {
        let text = printable(typed).replace('\n', " ");
        if text.chars().count() <= max {
            return Self(text);
        }
        let mut cut: String = text.chars().take(max.saturating_sub(1)).collect();
        cut.push('…');
        Self(cut)
    }

    /// The text, cleaned.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for UserText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // an empty text stays empty, so that `{{#if place}}` means what it says
        if self.0.is_empty() {
            return serializer.serialize_str("");
        }
        serializer.collect_str(&format_args!("{OPEN_USER}{}{CLOSE}", self.0))
    }
}

impl<'de> Deserialize<'de> for UserText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(&String::deserialize(deserializer)?))
    }
}

/// A mention in a template's context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention(pub MentionOf);

impl Serialize for Mention {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let MentionOf { account, external_id, name } = &self.0;
        let (account, external_id, name) = (printable(account), printable(external_id), printable(name));
        serializer.collect_str(&format_args!("{OPEN_MENTION}{account}{SEPARATOR}{external_id}{SEPARATOR}{name}{CLOSE}"))
    }
}

/// A link in a template's context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What is shown.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

impl Serialize for Link {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (text, url) = (printable(&self.text), printable(&self.url));
        serializer.collect_str(&format_args!("{OPEN_LINK}{text}{SEPARATOR}{url}{CLOSE}"))
    }
}

/// A picture in a template's context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The bytes, base64.
    pub base64: String,
    /// What it says.
    pub alt: String,
}

impl Serialize for Image {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let alt = printable(&self.alt);
        serializer.collect_str(&format_args!("{OPEN_IMAGE}{}{SEPARATOR}{alt}{CLOSE}", self.base64))
    }
}

/// A chart in a template's context: its figures, so that a stored message stays small. It is drawn when it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures(pub Chart);

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let figures = serde_json::to_string(&self.0.printable()).map_err(serde::ser::Error::custom)?;
        serializer.collect_str(&format_args!("{OPEN_CHART}{figures}{CLOSE}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through_json(value: impl Serialize) -> String {
        match serde_json::to_value(value) {
            Ok(serde_json::Value::String(text)) => text,
            other => unreachable!("a marked value is a string: {other:?}"),
        }
    }

    #[test]
    fn typed_values_come_back_out_of_a_rendered_template() {
        let who = MentionOf { account: "qq".into(), external_id: "10001".into(), name: "样例".into() };
        let rendered = format!(
            "{} 已记：{}。",
            through_json(Mention(who.clone())),
            through_json(UserText::new("[CQ:at,qq=all] {{7*7}}"))
        );
        assert_eq!(
            Message::from_rendered(&rendered).parts,
            vec![
                Part::Mention(who),
                Part::Words(" 已记：".into()),
                Part::UserText("[CQ:at,qq=all] {{7*7}}".into()),
                Part::Words("。".into()),
            ]
        );
    }

    #[test]
    fn a_user_cannot_type_our_marks() {
        let typed = "\u{E00F}\u{E001}qq\u{E00E}all\u{E00E}x\u{E00F}";
        let message = Message::from_rendered(&through_json(UserText::new(typed)));
        assert_eq!(message.parts, vec![Part::UserText("qqallx".into())]);
    }

    #[test]
    fn a_chart_goes_through_a_template_as_figures() {
        let bar = |label: &str| super::super::chart::Bar { label: label.into(), value: 3, before: None };
        let group =
            super::super::chart::BarGroup { bars: vec![bar("爬\u{E00F}山 \"{{x}}\"\n")], ..Default::default() };
        let chart = Chart { title: "去哪".into(), groups: vec![group], ..Chart::default() };
        let message = Message::from_rendered(&format!("结果\n{}", through_json(Figures(chart))));
        assert_eq!(message.plain(), "结果\n");
        let [_, Part::Chart(read)] = message.parts.as_slice() else { panic!("{message:?}") };
        assert_eq!(read.groups[0].bars[0].label, "爬山 \"{{x}}\" ");
        assert!(message.has_image());
    }

    #[test]
    fn a_long_text_is_cut_with_an_ellipsis() {
        assert_eq!(UserText::short("一二三四五", 3).as_str(), "一二…");
        assert_eq!(UserText::short("一二\n三", 9).as_str(), "一二 三");
    }
}
