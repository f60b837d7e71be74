//! Words that make a person look before a question goes on: those that are built in, and what a policy file adds.

use std::sync::LazyLock;

use serde::Deserialize;

use super::Policy;

/// The lists of words, in normal form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Words that hurt.
    #[serde(default)]
    pub hurtful: Vec<String>,
    /// What looks like one of the others and is none.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// Signs that somebody means to harm themselves.
    #[serde(default)]
    pub self_harm: Vec<String>,
    /// Signs that somebody is being harmed.
    #[serde(default)]
    pub abuse: Vec<String>,
    /// Whom somebody in need may call at any hour, for people: 12355 青少年服务台.
    #[serde(default)]
    pub hotlines: Vec<String>,
}

// a test reads the file
pub(super) static BUILT_IN: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../../../policies/words.toml")).unwrap_or_default());

impl Policy {
    /// The lists of words: those that are built in, and those of the policy.
    pub fn words(&self) -> Words {
        let joined = |built_in: &[String], own: &[String]| [built_in, own].concat();
        Words {
            hurtful: joined(&BUILT_IN.hurtful, &self.own_words.hurtful),
            allowed: joined(&BUILT_IN.allowed, &self.own_words.allowed),
            self_harm: joined(&BUILT_IN.self_harm, &self.own_words.self_harm),
            abuse: joined(&BUILT_IN.abuse, &self.own_words.abuse),
            hotlines: match self.own_words.hotlines.as_slice() {
                [] => BUILT_IN.hotlines.clone(),
                own => own.to_vec(),
            },
        }
    }
}

impl Words {
    /// The lists with their keys.
    pub(super) fn lists(&self) -> [(&'static str, &[String]); 4] {
        [("hurtful", &self.hurtful), ("allowed", &self.allowed), ("self_harm", &self.self_harm), ("abuse", &self.abuse)]
    }
}
