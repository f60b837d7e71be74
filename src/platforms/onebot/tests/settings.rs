//! What an operator may configure.

use super::*;

fn wrong(lines: &str) -> String {
    account(lines).err().unwrap().to_string()
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let secret = format!("secret = \"{SECRET}\"\n");
    assert!(account(&secret).is_ok());
    assert!(wrong("").contains("secret"));
    assert!(wrong("secret = \"short\"").contains("太短"));
    assert!(wrong(&format!("{secret}access_token = \"\"")).contains("access_token"));
    assert!(wrong(&format!("{secret}access_token = \"有空格的口令 abcdef\"")).contains("access_token"));
    assert!(wrong(&format!("{secret}tokne = 1")).contains("tokne"));
    for url in ["127.0.0.1:3000", "ftp://x", "http://u:p@x", "http://x/?access_token=abc", "http://"] {
        let said = wrong(&format!("{secret}api_url = \"{url}\""));
        assert!(said.contains("api_url") && !said.contains("abc"), "{said}");
    }
    assert!(
        account(&format!("{secret}api_url = \"http://127.0.0.1:3000/\"")).unwrap().api.unwrap().url.ends_with("3000")
    );
}
