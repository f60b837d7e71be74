//! Which topic a question has: by the words of the policy, and by what people have put right.
//!
//! Every answer can be told in a sentence: which words were found, and which of them were learned from whom a person corrected.

use aho_corasick::{AhoCorasick, BuildError, MatchKind};

use super::policy::{OTHER, Policy, Topic};
use super::text::{normal, stands_alone};

/// How often in a row a word must have been put under another topic before it is believed.
pub const ENOUGH_CORRECTIONS: u32 = 3;

/// The topics of a policy, ready to be looked for.
#[derive(Debug)]
pub struct Topics {
    all: Vec<Topic>,
    automaton: AhoCorasick,
    /// To which topic each word of the automaton belongs.
    owners: Vec<usize>,
}

/// The topic of a text, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted<'t> {
    /// The topic.
    pub topic: &'t Topic,
    /// The words that spoke for it, as they stand in the text; none where nothing was found.
    pub because: Vec<Reason>,
}

/// A word that spoke for a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A word of the policy.
    Word(String),
    /// A word learned from corrections.
    Learned(LearnedWord),
}

/// What a person decided about a question's topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The words of the question that could be a sign of its topic, in normal form, each once.
    pub words: Vec<String>,
    /// The key of the topic it had.
    pub from: String,
    /// The key of the topic it was put under; the same as before where a person answered it and left it there. Without those,
    /// words that stand in every question (请问, 怎么办) would be learned as well.
    pub to: String,
}

/// A word that corrections have put under a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedWord {
    /// The word.
    pub word: String,
    /// The key of the topic.
    pub to: String,
    /// How many of the last decisions about it moved a question there, with none to the contrary since.
    pub times: u32,
}

/// Everything that was learned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    /// By word.
    words: Vec<LearnedWord>,
}

impl Learned {
    /// Learns from decisions, oldest first. A word is believed when its latest decisions all went to one topic, and at least
    /// [`ENOUGH_CORRECTIONS`] of them were corrections. One decision to the contrary, and it is not believed any more.
    pub fn from(decisions: &[Correction]) -> Self {
        let mut runs: std::collections::BTreeMap<&str, (&str, u32)> = std::collections::BTreeMap::new();
        for decision in decisions {
            let moved = u32::from(decision.from != decision.to);
            for word in &decision.words {
                let run = runs.entry(word).or_insert((&decision.to, 0));
                *run = if run.0 == decision.to { (run.0, run.1 + moved) } else { (&decision.to, moved) };
            }
        }
        let believed = runs.into_iter().filter(|(_, (_, times))| *times >= ENOUGH_CORRECTIONS);
        let made = |(word, (to, times)): (&str, (&str, u32))| LearnedWord { word: word.into(), to: to.into(), times };
        Self { words: believed.map(made).collect() }
    }

    /// What was learned, for the secretary to see.
    pub fn words(&self) -> &[LearnedWord] {
        &self.words
    }
}

impl LearnedWord {
    /// `因为有“医保”字样，最近 3 次都改成了“生活”`.
    pub fn sentence(&self, topics: &Topics) -> String {
        let title = topics.find(&self.to).map_or(self.to.as_str(), |topic| topic.title.as_str());
        format!("因为有“{}”字样，最近 {} 次都改成了“{title}”", self.word, self.times)
    }
}

/// What speaks for one topic.
#[derive(Clone)]
struct Votes {
    topic: usize,
    weight: usize,
    /// Where the first of its words stands.
    first: usize,
    because: Vec<(usize, Reason)>,
}

impl Topics {
    /// The topics of a policy.
    ///
    /// # Errors
    /// Where there are more words than any policy could have.
    pub fn of(policy: &Policy) -> Result<Self, BuildError> {
        let all = policy.topics();
        let words = all.iter().enumerate().flat_map(|(at, topic)| topic.words.iter().map(move |word| (at, word)));
        let (owners, words): (Vec<usize>, Vec<&String>) = words.unzip();
        // 创业贷款 is a word of its own and not also 贷款
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words)?;
        Ok(Self { all, automaton, owners })
    }

    /// Every topic.
    pub fn all(&self) -> &[Topic] {
        &self.all
    }

    /// A topic by its key.
    pub fn find(&self, key: &str) -> Option<&Topic> {
        self.all.iter().find(|topic| topic.key == key)
    }

    /// A topic by what a person calls it: its name or its key, in normal form.
    pub fn named(&self, name: &str) -> Option<&Topic> {
        self.all.iter().find(|topic| normal(&topic.title) == name || topic.key == name)
    }

    /// The words of the policy that stand in a text, each once: what a correction of it may teach at least.
    pub fn words_in(&self, typed: &str) -> Vec<String> {
        let text = normal(typed);
        let mut words: Vec<String> = Vec::new();
        for (_, _, word) in self.hits(&text) {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        words
    }

    /// The topic of what somebody typed; `None` only where a policy had no topic at all.
    ///
    /// Each different word counts as much as it has characters, one that was learned twice as much; a learned word counts
    /// only for what it was learned for. Of topics with the same count the one that is named first in the text wins.
    pub fn classify(&self, typed: &str, learned: &Learned) -> Option<Sorted<'_>> {
        let text = normal(typed);
        let mut all: Vec<Votes> = Vec::new();
        let mut vote = |topic: usize, at: usize, weight: usize, reason: Reason| {
            let here = match all.iter().position(|votes| votes.topic == topic) {
                Some(here) => here,
                None => {
                    all.push(Votes { topic, weight: 0, first: at, because: Vec::new() });
                    all.len() - 1
                }
            };
            if let Some(votes) = all.get_mut(here)
                && votes.because.iter().all(|(_, known)| *known != reason)
            {
                votes.weight += weight;
                votes.first = votes.first.min(at);
                votes.because.push((at, reason));
            }
        };
        for (topic, at, word) in self.hits(&text) {
            if !learned.words.iter().any(|known| known.word == word) {
                vote(topic, at, word.chars().count(), Reason::Word(word.to_owned()));
            }
        }
        for known in &learned.words {
            let at = text.match_indices(&known.word).map(|(at, _)| at);
            let at = at.into_iter().find(|at| stands_alone(&text, *at, at + known.word.len()));
            // a topic that the policy has dropped since is not voted for
            let topic = self.all.iter().position(|topic| topic.key == known.to);
            if let (Some(at), Some(topic)) = (at, topic) {
                vote(topic, at, 2 * known.word.chars().count(), Reason::Learned(known.clone()));
            }
        }
        let best = all.into_iter().min_by_key(|votes| (std::cmp::Reverse(votes.weight), votes.first, votes.topic));
        match best {
            Some(mut votes) => {
                votes.because.sort_by_key(|(at, _)| *at);
                let because = votes.because.into_iter().map(|(_, reason)| reason).collect();
                Some(Sorted { topic: self.all.get(votes.topic)?, because })
            }
            None => Some(Sorted { topic: self.find(OTHER).or(self.all.last())?, because: Vec::new() }),
        }
    }

    /// The words of the policy in a text: topic, where, word.
    fn hits<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize, &'a str)> {
        let hits = self.automaton.find_iter(text);
        hits.filter(|hit| stands_alone(text, hit.start(), hit.end())).filter_map(|hit| {
            let topic = self.owners.get(hit.pattern().as_usize())?;
            Some((*topic, hit.start(), text.get(hit.range())?))
        })
    }
}

impl Sorted<'_> {
    /// Why, in a sentence for people.
    pub fn sentence(&self, topics: &Topics) -> String {
        let learned = self.because.iter().find_map(|reason| match reason {
            Reason::Learned(word) => Some(word.sentence(topics)),
            Reason::Word(_) => None,
        });
        let words: Vec<&str> = self
            .because
            .iter()
            .filter_map(|reason| match reason {
                Reason::Word(word) => Some(word.as_str()),
                Reason::Learned(_) => None,
            })
            .collect();
        match (learned, words.is_empty()) {
            (Some(learned), _) => learned,
            (None, false) => format!("因为有“{}”字样", words.join("、")),
            (None, true) => "没有认出话题".to_owned(),
        }
    }
}

#[cfg(test)]
#[path = "topic_tests.rs"]
mod tests;
