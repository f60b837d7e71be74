//! The typed context of every message, with samples: a file per family.
//!
//! A field that a person typed is [`UserText`]; everything else is ours.

use super::TemplateContext;
use crate::domain::message::{Mention, MentionOf, UserText};

/// Declares the contexts: name, template, fields, samples; and the list of all of them.
macro_rules! contexts {
    ($($(#[$doc:meta])* $name:ident = $key:literal { $($(#[$fdoc:meta])* $field:ident: $type:ty),* $(,)? } samples $samples:expr;)+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Serialize)]
            pub struct $name { $($(#[$fdoc])* pub $field: $type,)* }

            impl TemplateContext for $name {
                const KEY: &'static str = $key;

                fn samples() -> Vec<Self> {
                    $samples
                }
            }
        )+

        /// The keys of this file with their samples as JSON.
        pub(super) fn samples() -> Vec<(&'static str, Vec<serde_json::Value>)> {
            vec![$((
                $key,
                <$name as TemplateContext>::samples().into_iter().filter_map(|sample| serde_json::to_value(sample).ok()).collect(),
            )),+]
        }
    };
}

mod activities;
mod anonymity;
mod clubs;
mod contacts;
mod joining;
mod open_days;
mod polls;
mod problems;
mod question_care;
mod question_life;
mod questions;
mod records;
mod requests;
mod scores;
mod standing;
mod voice_figures;
mod wishes;

pub use activities::*;
pub use anonymity::*;
pub use clubs::*;
pub use contacts::*;
pub use joining::*;
pub use open_days::*;
pub use polls::*;
pub use problems::*;
pub use question_care::*;
pub use question_life::*;
pub use questions::*;
pub use records::*;
pub use requests::*;
pub use scores::*;
pub use standing::*;
pub use voice_figures::*;
pub use wishes::*;

fn typed(text: &str) -> UserText {
    UserText::new(text)
}

fn sample_mention() -> Mention {
    Mention(MentionOf { account: "simulator".into(), external_id: "1001".into(), name: "赵样例".into() })
}

/// Every key with its samples as JSON.
pub fn samples() -> Vec<(&'static str, Vec<serde_json::Value>)> {
    [
        activities::samples(),
        anonymity::samples(),
        clubs::samples(),
        contacts::samples(),
        joining::samples(),
        polls::samples(),
        open_days::samples(),
        problems::samples(),
        question_care::samples(),
        question_life::samples(),
        questions::samples(),
        records::samples(),
        requests::samples(),
        scores::samples(),
        standing::samples(),
        voice_figures::samples(),
        wishes::samples(),
    ]
    .concat()
}
