//! Messages as templates: `message_templates/<key>.hbs`, one typed context each, with samples.
//!
//! Handlebars in strict mode, without escaping: escaping is the platform's. User text, mentions, links and pictures
//! come through as typed values (see [`crate::domain::message`]). An operator's folder overrides single templates by
//! name; `<platform>/<key>.hbs` overrides one for one platform.
//!
//! To add a message: a file in `message_templates/`, a context in [`contexts`] with its samples, a line in its list.

use std::borrow::Cow;
use std::path::Path;

use handlebars::{Context, Handlebars};
use serde::Serialize;

use crate::domain::message::Message;
use crate::error::{Fault, Refusal};

pub mod contexts;
mod embedded;

/// What a template is rendered with. Implemented by the macro in [`contexts`].
pub trait TemplateContext: Serialize + Send + Sync {
    /// The template's key: its path below `message_templates/`, without `.hbs`.
    const KEY: &'static str;

    /// Contexts that show every branch of the template.
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// All templates, ready to be rendered.
pub struct Templates {
    registry: Handlebars<'static>,
}

/// Something is wrong with a template.
#[derive(Debug, thiserror::Error)]
#[error("模板 {name}：{problem}")]
pub struct TemplateError {
    /// The template's name.
    pub name: String,
    /// What is wrong.
    pub problem: String,
}

impl Templates {
    /// The embedded templates, with those of an operator's folder laid over them. `word` is what this committee calls
    /// a check-in.
    ///
    /// # Errors
    /// Names the template that cannot be parsed, or the file that overrides nothing.
    pub fn load(overrides: Option<&Path>, word: &str) -> Result<Self, TemplateError> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(handlebars::no_escape);
        let wrong = |name: &str, problem: String| TemplateError { name: name.to_owned(), problem };
        // `{{> word}}` is the committee's word for a check-in
        registry.register_partial("word", word).map_err(|error| wrong("word", error.to_string()))?;
        for (name, text) in embedded::TEMPLATES {
            register(&mut registry, name, text)?;
        }
        if let Some(folder) = overrides {
            for (name, text) in
                read_folder(folder).map_err(|error| wrong(&folder.display().to_string(), error.to_string()))?
            {
                let key =
                    name.split_once('/').filter(|(first, _)| is_platform(first)).map_or(name.as_str(), |(_, key)| key);
                if !embedded::TEMPLATES.iter().any(|(known, _)| *known == key) {
                    return Err(wrong(&name, "没有这个名字的模板，改名或删掉这个文件".to_owned()));
                }
                register(&mut registry, &name, &text)?;
            }
        }
        Ok(Self { registry })
    }

    /// Renders a message for a platform.
    ///
    /// # Errors
    /// [`Fault::Template`] without any of the data.
    pub fn render<C: TemplateContext>(&self, context: &C, platform: &str) -> Result<Message, Fault> {
        self.render_any(C::KEY, context, platform)
    }

    /// Renders a stored context.
    ///
    /// # Errors
    /// [`Fault::Template`] without any of the data.
    pub fn render_value(&self, key: &str, context: &serde_json::Value, platform: &str) -> Result<Message, Fault> {
        self.render_any(key, context, platform)
    }

    fn render_any(&self, key: &str, context: &impl Serialize, platform: &str) -> Result<Message, Fault> {
        let special = format!("{platform}/{key}");
        let name = if self.registry.has_template(&special) { special.as_str() } else { key };
        let context = Context::wraps(context).map_err(|error| fault(key, error.to_string()))?;
        // the reason names variables, never values
        let rendered = self
            .registry
            .render_with_context(name, &context)
            .map_err(|error| fault(key, error.reason().to_string()))?;
        Ok(Message::from_rendered(&rendered))
    }

    /// A refusal: an answer that says what to type instead.
    ///
    /// # Errors
    /// [`Fault::Template`].
    pub fn refuse<C: TemplateContext>(&self, context: &C, platform: &str) -> Result<Refusal, Fault> {
        Ok(Refusal { key: C::KEY, message: self.render(context, platform)? })
    }

    /// Renders every sample of every template for these platforms: what `tuanqing check` does.
    ///
    /// # Errors
    /// The first template that fails.
    pub fn check(&self, platforms: &[&str]) -> Result<usize, TemplateError> {
        let mut rendered = 0;
        for (key, samples) in contexts::samples() {
            for sample in samples {
                for platform in platforms {
                    let message = self
                        .render_value(key, &sample, platform)
                        .map_err(|error| TemplateError { name: key.to_owned(), problem: error.to_string() })?;
                    if message.plain().trim().is_empty() {
                        return Err(TemplateError { name: key.to_owned(), problem: "写出来是空的".to_owned() });
                    }
                    rendered += 1;
                }
            }
        }
        Ok(rendered)
    }
}

fn register(registry: &mut Handlebars<'static>, name: &str, text: &str) -> Result<(), TemplateError> {
    // the line break that ends a file is not part of the message
    registry
        .register_template_string(name, text.trim_end())
        .map_err(|error| TemplateError { name: name.to_owned(), problem: error.to_string() })
}

fn is_platform(folder: &str) -> bool {
    !embedded::TEMPLATES.iter().any(|(name, _)| name.starts_with(&format!("{folder}/")))
}

fn fault(key: &str, reason: String) -> Fault {
    Fault::Template { key: Cow::Owned(key.to_owned()), reason }
}

/// Every `.hbs` file below a folder, by its path without the ending.
fn read_folder(folder: &Path) -> std::io::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "hbs")
                && let Ok(below) = path.with_extension("").strip_prefix(folder)
            {
                found.push((below.to_string_lossy().replace('\\', "/"), std::fs::read_to_string(&path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platforms::PLATFORMS;

    fn platforms() -> Vec<&'static str> {
        PLATFORMS.iter().map(|platform| platform.name).collect()
    }

    #[test]
    fn every_sample_renders_for_every_platform() {
        let templates = Templates::load(None, "签到").unwrap();
        assert!(templates.check(&platforms()).unwrap() > embedded::TEMPLATES.len());
    }

    #[test]
    fn every_template_has_a_context_and_every_context_a_template() {
        let mut with_context: Vec<&str> = contexts::samples().into_iter().map(|(key, _)| key).collect();
        let mut embedded: Vec<&str> = embedded::TEMPLATES.iter().map(|(key, _)| *key).collect();
        with_context.sort_unstable();
        embedded.sort_unstable();
        assert_eq!(with_context, embedded);
    }

    #[test]
    fn an_operators_folder_overrides_by_name_and_for_one_platform() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("onebot/refusal")).unwrap();
        std::fs::write(folder.path().join("onebot/refusal/question_empty.hbs"), "QQ 里这样问").unwrap();
        let templates = Templates::load(Some(folder.path()), "签到").unwrap();
        let context = contexts::QuestionEmpty {};
        assert_eq!(templates.render(&context, "onebot").unwrap().plain(), "QQ 里这样问");
        assert_ne!(templates.render(&context, "simulator").unwrap().plain(), "QQ 里这样问");
        std::fs::write(folder.path().join("nothing.hbs"), "x").unwrap();
        assert!(Templates::load(Some(folder.path()), "签到").is_err(), "a file that overrides nothing is named");
    }

    #[test]
    fn a_missing_value_is_an_error_and_the_error_holds_no_data() {
        let templates = Templates::load(None, "签到").unwrap();
        let error = templates
            .render_value("receipt/asked", &serde_json::json!({ "secret": "四个人" }), "onebot")
            .unwrap_err()
            .to_string();
        assert!(error.contains("receipt/asked") && !error.contains("四个人"), "{error}");
    }
}
