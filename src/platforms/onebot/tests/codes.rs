//! CQ codes in messages that come as a string.

use super::*;

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('[', "&#91;").replace(']', "&#93;")
}

fn read(code: &str) -> Vec<(String, String, String)> {
    let pick = |data: &decode::Data| (data.text.as_str().to_owned(), data.file.as_str().to_owned() + data.url.as_str());
    cq::read(code)
        .0
        .iter()
        .map(|segment| {
            let (text, reference) = segment.data.as_ref().map(pick).unwrap_or_default();
            (segment.kind.clone(), text, reference)
        })
        .collect()
}

fn of(kind: &str, text: &str, reference: &str) -> (String, String, String) {
    (kind.to_owned(), text.to_owned(), reference.to_owned())
}

#[test]
fn the_examples_of_the_standard_are_read() {
    assert_eq!(read("- &#91;x&#93; 使用 `&amp;data` 获取地址"), [of("text", "- [x] 使用 `&data` 获取地址", "")]);
    assert_eq!(
        read("[CQ:share,title=震惊&#44;小伙睡觉前居然...,url=http://baidu.com/?a=1&amp;b=2]"),
        [of("share", "", "http://baidu.com/?a=1&b=2")]
    );
    assert_eq!(
        read("&#91;第一部分&#93;[CQ:image,file=123.jpg]图片之后的部分，表情：[CQ:face,id=123]"),
        [
            of("text", "[第一部分]", ""),
            of("image", "", "123.jpg"),
            of("text", "图片之后的部分，表情：", ""),
            of("face", "", "")
        ]
    );
}

#[test]
fn an_escaped_escape_comes_back_as_it_was() {
    assert_eq!(escape("&#91;"), "&amp;#91;");
    assert_eq!(read("&amp;#91;"), [of("text", "&#91;", "")]);
    assert_eq!(read("&amp;amp;"), [of("text", "&amp;", "")]);
}

proptest! {
    #[test]
    fn every_text_survives_the_escaping(text in "([&#;\\[\\],0-9amp]|\\PC){1,60}") {
        prop_assert_eq!(read(&escape(&text)), [of("text", &text, "")]);
    }
}
