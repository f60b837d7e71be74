//! The font: a file that has Chinese characters, looked for once and tried before it is used.
//!
//! A renderer without a font, or with one that lacks a character, draws nothing and reports nothing. So before the first
//! picture 团 and the digits are drawn, and have to differ from what stands for a character that no font has.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

/// Where Chinese fonts usually lie.
const USUAL_PLACES: [&str; 12] = [
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "/System/Library/Fonts/Hiragino Sans GB.ttc",
    "C:\\Windows\\Fonts\\msyh.ttc",
    "C:\\Windows\\Fonts\\simhei.ttf",
];

/// The characters without which no chart of ours can be read.
const NEEDED: [char; 11] = ['团', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// A character that stands in no font.
const IN_NO_FONT: char = '\u{10FFFD}';

/// Why there is no font. For people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFont {
    /// None of the usual places has one.
    #[error("没有找到中文字体，图表只发文字；装上 fonts-wqy-microhei，或在 [charts] font 里写字体文件的路径")]
    Nowhere,
    /// The configured file cannot be read.
    #[error("读不了 [charts] font 里的字体 {0}，图表只发文字")]
    Unreadable(String),
    /// The file has no Chinese characters or no digits, or is no font.
    #[error("字体 {0} 里没有汉字或者数字，图表只发文字；请换一个")]
    Unfit(String),
}

/// A font that was tried.
#[derive(Clone, Debug)]
pub(super) struct Font {
    pub(super) path: PathBuf,
    pub(super) family: String,
    pub(super) fonts: Arc<fontdb::Database>,
}

/// The font of a path, or of the first of the usual places that has a good one.
pub(super) fn find(configured: &str) -> Result<Font, NoFont> {
    if !configured.is_empty() {
        return load(Path::new(configured));
    }
    USUAL_PLACES.iter().find_map(|place| load(Path::new(place)).ok()).ok_or(NoFont::Nowhere)
}

fn load(path: &Path) -> Result<Font, NoFont> {
    let name = || path.display().to_string();
    let bytes = std::fs::read(path).map_err(|_| NoFont::Unreadable(name()))?;
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(bytes);
    let family = fonts.faces().find_map(|face| face.families.first().map(|(name, _)| name.clone()));
    let family = family.ok_or_else(|| NoFont::Unfit(name()))?;
    let font = Font { path: path.to_owned(), family, fonts: Arc::new(fonts) };
    if has_what_is_needed(&font) { Ok(font) } else { Err(NoFont::Unfit(name())) }
}

fn has_what_is_needed(font: &Font) -> bool {
    let nothing = probe(font, ' ');
    let missing = probe(font, IN_NO_FONT);
    NEEDED.iter().all(|c| {
        let drawn = probe(font, *c);
        drawn.is_some() && drawn != nothing && drawn != missing
    })
}

fn probe(font: &Font, c: char) -> Option<Vec<u8>> {
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" font-family="{}"><text x="2" y="20" font-size="20">{c}</text></svg>"#,
        font.family.replace(['"', '<', '&'], "")
    );
    draw(&svg, font).map(|pixels| pixels.data().to_vec())
}

/// Draws an SVG; `None` where it is none, or too large.
pub(super) fn draw(svg: &str, font: &Font) -> Option<Pixmap> {
    let options = Options { fontdb: font.fonts.clone(), font_family: font.family.clone(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).ok()?;
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height())?;
    resvg::render(&tree, Transform::default(), &mut pixels.as_mut());
    Some(pixels)
}
