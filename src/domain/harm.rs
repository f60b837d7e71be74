//! Words that hurt, and signs that somebody needs help at once.
//!
//! Nothing is decided here about a question: what is found makes a *person* look. So a word that is found wrongly costs a delay,
//! one that is missed may cost more; and what is urgent wins over what is rude.

use aho_corasick::{AhoCorasick, BuildError};

use super::policy::Words;
use super::text::{normal, stands_alone};

/// What a text is, by its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Harm {
    /// Nothing was found.
    Fine,
    /// Words that hurt: held until a person has looked.
    Hurtful {
        /// The words of the list that were found, in the order of the text.
        found: Vec<String>,
    },
    /// Somebody has to look at once, whatever the hour.
    Urgent {
        /// What it is a sign of.
        kind: Danger,
        /// The words of the list that were found, in the order of the text.
        found: Vec<String>,
    },
}

/// What an urgent text is a sign of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Danger {
    /// Somebody means to harm themselves.
    SelfHarm,
    /// Somebody is being harmed.
    Abuse,
}

impl Danger {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::SelfHarm => "self_harm",
            Self::Abuse => "abuse",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::SelfHarm => "可能想伤害自己",
            Self::Abuse => "可能正受到伤害",
        }
    }

    /// Reads the code.
    pub fn read(code: &str) -> Option<Self> {
        [Self::SelfHarm, Self::Abuse].into_iter().find(|danger| danger.code() == code)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Allowed,
    Hurtful,
    Urgent(Danger),
}

/// The lists of words, ready to be looked for.
#[derive(Debug)]
pub struct HarmWatch {
    automaton: AhoCorasick,
    words: Vec<(List, String)>,
}

impl std::fmt::Debug for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Allowed => "allowed",
            Self::Hurtful => "hurtful",
            Self::Urgent(danger) => danger.code(),
        })
    }
}

/// A word of a list in a text, by bytes.
struct Hit {
    from: usize,
    until: usize,
    word: usize,
}

impl HarmWatch {
    /// Makes the lists ready.
    ///
    /// # Errors
    /// Where there are more words than any list could have.
    pub fn new(words: &Words) -> Result<Self, BuildError> {
        let of = |list: List, words: &[String]| words.iter().map(|word| (list, word.clone())).collect::<Vec<_>>();
        let words = [
            of(List::Allowed, &words.allowed),
            of(List::Hurtful, &words.hurtful),
            of(List::Urgent(Danger::SelfHarm), &words.self_harm),
            of(List::Urgent(Danger::Abuse), &words.abuse),
        ]
        .concat();
        let automaton = AhoCorasick::new(words.iter().map(|(_, word)| word))?;
        Ok(Self { automaton, words })
    }

    /// Looks for the words in what somebody typed: as it stands, and once more without what was put between the characters
    /// of a word (傻*逼, 傻 逼).
    pub fn look(&self, typed: &str) -> Harm {
        let text = normal(typed);
        let mut found = self.find(&text);
        let squeezed = squeezed(&text);
        if squeezed != text {
            for word in self.find(&squeezed) {
                if !found.contains(&word) {
                    found.push(word);
                }
            }
        }
        let of = |list: List| -> Vec<String> {
            let words = found.iter().filter_map(|word| self.words.get(*word));
            words.filter(|(of, _)| *of == list).map(|(_, word)| word.clone()).collect()
        };
        for kind in [Danger::SelfHarm, Danger::Abuse] {
            let found = of(List::Urgent(kind));
            if !found.is_empty() {
                return Harm::Urgent { kind, found };
            }
        }
        let found = of(List::Hurtful);
        if found.is_empty() { Harm::Fine } else { Harm::Hurtful { found } }
    }

    /// Whether a text hurts, whatever else it says: for those who answer, whose words may well be about violence.
    pub fn hurts(&self, typed: &str) -> bool {
        let text = normal(typed);
        let is_hurtful = |word: &usize| self.words.get(*word).is_some_and(|(list, _)| *list == List::Hurtful);
        self.find(&text).iter().any(is_hurtful) || self.find(&squeezed(&text)).iter().any(is_hurtful)
    }

    /// The words of the other lists that no allowed word covers. That every occurrence is looked at, and not only the leftmost
    /// longest, is what makes the allowed word win: in 客服打我电话 the word 打我 is covered by 打我电话 wherever they begin.
    fn find(&self, text: &str) -> Vec<usize> {
        let hits = self.automaton.find_overlapping_iter(text).map(|hit| Hit {
            from: hit.start(),
            until: hit.end(),
            word: hit.pattern().as_usize(),
        });
        let is_allowed = |hit: &Hit| self.words.get(hit.word).is_some_and(|(list, _)| *list == List::Allowed);
        let (allowed, mut others): (Vec<Hit>, Vec<Hit>) =
            hits.filter(|hit| stands_alone(text, hit.from, hit.until)).partition(is_allowed);
        others.retain(|hit| !allowed.iter().any(|over| over.from <= hit.from && hit.until <= over.until));
        others.sort_by_key(|hit| hit.from);
        let mut words: Vec<usize> = Vec::new();
        for hit in others {
            if !words.contains(&hit.word) {
                words.push(hit.word);
            }
        }
        words
    }
}

/// What stands between two runs of letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    /// Signs that no sentence has between two words: they go.
    Signs,
    /// A space. People write it for a comma as well, so it goes only beside a single character: 傻 逼, not 他真傻 逼我签字.
    Space,
    /// The end of a clause: it stays.
    Clause,
}

/// A text in normal form without what was put between the characters of a word.
fn squeezed(text: &str) -> String {
    let mut runs: Vec<(Gap, String)> = Vec::new();
    let mut gap: Option<Gap> = Some(Gap::Clause);
    let mut dots = 0;
    for c in text.chars() {
        if c.is_alphanumeric() {
            match (gap.take(), runs.last_mut()) {
                (None, Some((_, run))) => run.push(c),
                (gap, _) => runs.push((gap.unwrap_or(Gap::Clause), c.to_string())),
            }
            dots = 0;
            continue;
        }
        dots = if c == '.' { dots + 1 } else { 0 };
        let this = match c {
            ',' | '。' | '!' | '?' | ';' | ':' | '、' | '\n' | '(' | ')' | '"' | '“' | '”' | '《' | '》' => {
                Gap::Clause
            }
            '.' if dots > 1 => Gap::Clause,
            ' ' => Gap::Space,
            _ => Gap::Signs,
        };
        gap = Some(match (gap, this) {
            (Some(Gap::Clause), _) | (_, Gap::Clause) => Gap::Clause,
            (Some(Gap::Space), _) | (_, Gap::Space) => Gap::Space,
            _ => Gap::Signs,
        });
    }
    let mut made = String::with_capacity(text.len());
    let mut last_is_single = false;
    for (gap, run) in &runs {
        let is_single = run.chars().nth(1).is_none();
        let joins = match gap {
            Gap::Signs => true,
            Gap::Space => is_single || last_is_single,
            Gap::Clause => false,
        };
        if !joins {
            made.push(' ');
        }
        made.push_str(run);
        last_is_single = is_single;
    }
    made
}

#[cfg(test)]
#[path = "harm_tests.rs"]
mod tests;
