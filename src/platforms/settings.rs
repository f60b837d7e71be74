//! An `[[account]]` of the configuration, before its platform has read it.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The shortest secret that is accepted.
pub const SHORTEST_SECRET: usize = 16;

/// One `[[account]]`.
#[derive(Clone, Deserialize)]
pub struct AccountSettings {
    /// Its name: the last part of its webhook address.
    pub name: String,
    /// Which platform.
    pub platform: String,
    /// Everything else, for the platform to read.
    #[serde(flatten)]
    pub keys: toml::Table,
}

impl std::fmt::Debug for AccountSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // the other keys hold secrets
        f.debug_struct("AccountSettings")
            .field("name", &self.name)
            .field("platform", &self.platform)
            .finish_non_exhaustive()
    }
}

/// Something in an `[[account]]` is wrong. The text names account and key, never a value that may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("账号「{account}」的 {key}：{problem}")]
pub struct SettingsError {
    /// The account's name.
    pub account: String,
    /// The key.
    pub key: String,
    /// What is wrong, and what to write instead.
    pub problem: String,
}

impl AccountSettings {
    /// An error about one of its keys.
    pub fn wrong(&self, key: &str, problem: &str) -> SettingsError {
        SettingsError { account: self.name.clone(), key: key.to_owned(), problem: problem.to_owned() }
    }

    /// Replaces every `…_file` key by the trimmed contents of that file.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn read_files(&mut self, base: &Path) -> Result<(), SettingsError> {
        let names: Vec<String> = self.keys.keys().filter(|key| key.ends_with("_file")).cloned().collect();
        for name in names {
            let Some(toml::Value::String(path)) = self.keys.get(&name).cloned() else {
                return Err(self.wrong(&name, "要写文件的路径"));
            };
            let text = std::fs::read_to_string(base.join(&path))
                .map_err(|error| self.wrong(&name, &format!("读不了文件 {path}：{error}")))?;
            self.keys.remove(&name);
            let key = name.trim_end_matches("_file").to_owned();
            self.keys.insert(key, toml::Value::String(text.trim().to_owned()));
        }
        Ok(())
    }

    /// Reads the platform's own keys.
    ///
    /// # Errors
    /// Names what is missing, unknown or of the wrong form.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, SettingsError> {
        // toml's message names key and expectation; a value appears in it only for a wrong type, never for a string
        T::deserialize(toml::Value::Table(self.keys.clone())).map_err(|error| self.wrong("设置", error.message()))
    }
}

/// One secret, or two during a rotation.
#[derive(Clone, Default, Deserialize)]
#[serde(untagged)]
pub enum Secrets {
    /// None is configured.
    #[default]
    None,
    /// One.
    One(SecretString),
    /// The new one and the old one.
    Many(Vec<SecretString>),
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    /// Every secret that is valid now.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Self::None => [].iter(),
            Self::One(one) => std::slice::from_ref(one).iter(),
            Self::Many(many) => many.iter(),
        }
        .map(ExposeSecret::expose_secret)
    }

    /// Whether none is configured.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Refuses none, more than two, and short ones: an empty secret would let everybody in.
    ///
    /// # Errors
    /// Says what to configure.
    pub fn require(&self, key: &str, settings: &AccountSettings) -> Result<(), SettingsError> {
        let count = self.iter().count();
        if count == 0 {
            return Err(settings.wrong(key, "没有填写。没有密钥就不能确认消息是真的，所以不启动"));
        }
        if count > 2 {
            return Err(settings.wrong(key, "最多写两个（更换密钥期间新旧各一个）"));
        }
        if self.iter().any(|secret| secret.len() < SHORTEST_SECRET) {
            return Err(settings.wrong(key, &format!("太短，至少 {SHORTEST_SECRET} 个字符")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(toml: &str) -> AccountSettings {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn secrets_are_one_or_two_and_never_short() {
        #[derive(Deserialize)]
        struct Keys {
            #[serde(default)]
            secret: Secrets,
        }
        let read = |line: &str| {
            let account = settings(&format!("name = \"a\"\nplatform = \"onebot\"\n{line}"));
            account.read::<Keys>().unwrap().secret.require("secret", &account)
        };
        assert!(read("secret = \"0123456789abcdef\"").is_ok());
        assert!(read("secret = [\"0123456789abcdef\", \"fedcba9876543210\"]").is_ok());
        assert!(read("").unwrap_err().problem.contains("没有填写"));
        assert!(read("secret = \"\"").unwrap_err().problem.contains("太短"));
        assert!(read("secret = [\"0123456789abcdef\", \"short\"]").unwrap_err().problem.contains("太短"));
    }

    #[test]
    fn a_secret_can_lie_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "0123456789abcdef\n").unwrap();
        let mut account = settings("name = \"a\"\nplatform = \"onebot\"\nsecret_file = \"secret\"");
        account.read_files(folder.path()).unwrap();
        assert_eq!(account.keys["secret"].as_str(), Some("0123456789abcdef"));
        let mut account = settings("name = \"a\"\nplatform = \"onebot\"\nsecret_file = \"gone\"");
        assert!(account.read_files(folder.path()).unwrap_err().to_string().contains("gone"));
    }
}
