//! `tuanqing policy explain|schema|list`: policy files, without settings and without a database.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use clap::Subcommand;

use crate::app::reserved_words;
use crate::domain::policy::{self, Finding, PRESETS, Policy, Severity};

/// `tuanqing policy …`
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// 用平常的话把一份制度文件念一遍，写错的地方指出行和列
    Explain {
        /// 制度文件，或者内置制度的名字（见 `tuanqing policy list`）
        #[arg(value_name = "FILE|PRESET")]
        policy: String,
    },
    /// 制度文件的 JSON Schema，给编辑器用
    Schema,
    /// 列出内置的制度
    List,
}

pub(super) fn run(command: &PolicyCommand, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    match command {
        PolicyCommand::Explain { policy } => {
            let (name, text) = text_of(policy)?;
            let policy = checked(&name, &text, out)?;
            write!(out, "{}", policy::explain(&policy))?;
        }
        PolicyCommand::Schema => writeln!(out, "{}", serde_json::to_string_pretty(&policy::schema())?)?,
        PolicyCommand::List => {
            for (name, _) in PRESETS {
                let policy = Policy::preset(name).map_err(anyhow::Error::msg)?;
                writeln!(out, "{name:<16} {}", policy.title)?;
            }
        }
    }
    Ok(())
}

/// The name under which a policy is spoken of, and its text. A file is one that is there or looks like one.
fn text_of(named: &str) -> Result<(String, String), anyhow::Error> {
    if let Some((preset, text)) = PRESETS.iter().find(|(preset, _)| *preset == named) {
        return Ok((format!("policies/{preset}.toml"), (*text).to_owned()));
    }
    let is_file = Path::new(named).exists() || named.contains(['/', '\\', '.']);
    if !is_file {
        let names: Vec<&str> = PRESETS.iter().map(|(preset, _)| *preset).collect();
        bail!("没有名为「{named}」的制度，也没有这个文件；内置的有：{}", names.join("、"));
    }
    let text = std::fs::read_to_string(named).with_context(|| format!("读不了制度文件 {named}"))?;
    Ok((named.to_owned(), text))
}

/// Reads a policy; what gives pause is written to `out`.
///
/// # Errors
/// Everything that is wrong, a line each: `x.toml:37:6  duty[2].of：…`.
pub(super) fn checked(name: &str, text: &str, out: &mut dyn Write) -> Result<Policy, anyhow::Error> {
    let reading = Policy::read(text, &reserved_words());
    let said = |finding: &Finding| {
        let colon = if finding.path.is_empty() { "" } else { "：" };
        format!("{name}:{}:{}  {}{colon}{}", finding.line, finding.column, finding.path, finding.text)
    };
    for doubt in reading.of(Severity::Warning) {
        writeln!(out, "请留意 {}", said(doubt))?;
    }
    let wrong: Vec<String> = reading.of(Severity::Error).map(said).collect();
    let count = wrong.len();
    reading.policy.with_context(|| format!("制度文件有 {count} 处要改：\n{}", wrong.join("\n")))
}
