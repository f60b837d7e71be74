//! `tuanqing similar …`: how well similar questions are told from others, and the index of published ones.

use std::io::Write;

use clap::Subcommand;

use super::table;
use crate::app::App;
use crate::search::THRESHOLD;
use crate::search::quality::{self, Label, Pair};
use crate::services::similar;

/// `tuanqing similar …`
#[derive(Debug, Subcommand)]
pub(super) enum SimilarCommand {
    /// 相似问题判得准不准：在标注好的问题对上算查准率、查全率，不用配置和数据库
    Quality {
        /// 把判错的问题对列出来
        #[arg(long)]
        wrong: bool,
    },
    /// 在已公开的问答里找相似的问题
    Find {
        /// 问题，例如 "团费怎么交"
        text: String,
        /// 在哪个单位问的：单位编码；不写就每棵组织树都找
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
    },
    /// 把已公开的问答重新编一遍索引；词典变了以后要做
    Rebuild,
}

/// What needs neither settings nor a database. Returns whether that was all.
pub(super) fn run_alone(command: &SimilarCommand, out: &mut dyn Write) -> Result<bool, anyhow::Error> {
    match command {
        SimilarCommand::Quality { wrong } => print_quality(*wrong, out).map(|()| true),
        SimilarCommand::Find { .. } | SimilarCommand::Rebuild => Ok(false),
    }
}

pub(super) async fn run(command: SimilarCommand, app: &App, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    match command {
        SimilarCommand::Quality { .. } => {}
        SimilarCommand::Rebuild => {
            let count = similar::rebuild(&app.store).await?;
            writeln!(out, "重新编好了：{count} 条已公开的问答")?;
        }
        SimilarCommand::Find { text, unit } => {
            let directory = app.store.directory();
            let units = match unit {
                None => directory.roots().to_vec(),
                Some(code) => match directory.unit_by_code(code.trim()) {
                    Some(unit) => vec![unit.id],
                    None => {
                        anyhow::bail!("没有编码为「{code}」的单位；tuanqing roster export 可以看到全部编码")
                    }
                },
            };
            let mut count = 0;
            for unit in units {
                for found in similar::look_up(&app.store, &directory, unit, &text).await? {
                    writeln!(out, "{:.2}  {}", found.score, found.text)?;
                    count += 1;
                }
            }
            if count == 0 {
                writeln!(out, "没有相似的已公开问答")?;
            }
        }
    }
    Ok(())
}

fn print_quality(wrong: bool, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    let pairs = quality::pairs();
    let count = |label| pairs.iter().filter(|pair| pair.label == label).count();
    writeln!(
        out,
        "标注好的问题对 {} 个：同一个问题 {}，相关的问题 {}，不同的问题 {}；每三个留出一个不参与选阈值\n",
        pairs.len(),
        count(Label::Same),
        count(Label::Related),
        count(Label::Different)
    )?;
    let percent = |share: f32| format!("{:.1}%", share * 100.0);
    let line = |threshold: f32, held_out: bool| {
        let point = quality::point(pairs.iter().filter(|pair| pair.held_out == held_out), threshold);
        [point.precision, point.recall, point.related, point.different].map(percent)
    };
    let headings =
        ["阈值", "查准率", "查全率", "相关误给", "不同误给", "留出：查准率", "查全率", "相关误给", "不同误给"];
    let rows: Vec<Vec<String>> = quality::thresholds()
        .map(|threshold| {
            let mark = if (threshold - THRESHOLD).abs() < 0.001 { "*" } else { "" };
            let first = format!("{threshold:.2}{mark}");
            [first].into_iter().chain(line(threshold, false)).chain(line(threshold, true)).collect()
        })
        .collect();
    table::write(out, &headings, &rows)?;
    let [precision, recall, related, different] = line(THRESHOLD, true);
    writeln!(
        out,
        "\n选定 {THRESHOLD:.2}。留出的问题对上：查准率 {precision}，查全率 {recall}；相关的有 {related}、不同的有 {different} 被当成同一个问题给出"
    )?;
    if wrong {
        for pair in pairs.iter().filter(|pair| (pair.label == Label::Same) != (pair.score >= THRESHOLD)) {
            print_pair(pair, out)?;
        }
    }
    Ok(())
}

fn print_pair(pair: &Pair, out: &mut dyn Write) -> std::io::Result<()> {
    let label = match pair.label {
        Label::Same => "漏了同一个",
        Label::Related => "误给相关的",
        Label::Different => "误给不同的",
    };
    let held_out = if pair.held_out { "（留出）" } else { "" };
    writeln!(out, "{label}{held_out} {:.2}  {}：{} ／ {}", pair.score, pair.topic, pair.left, pair.right)
}
