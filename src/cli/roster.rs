//! `tuanqing roster …`: bringing the roster in and out, and making one-time codes.

use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Clock;
use crate::domain::directory::{Directory, Person};
use crate::domain::id::UnitId;
use crate::services::roster::{self, Sheet, Summary};
use crate::store::{CodeFor, Store};

/// What to do with the roster.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum RosterCommand {
    /// 导入花名册：.xlsx 工作簿，或 CSV 文件夹；有一格不对就什么都不写
    Import {
        /// 工作簿或文件夹
        path: PathBuf,
        /// 只检查，不写入
        #[arg(long)]
        dry_run: bool,
    },
    /// 导出花名册：写 .xlsx 就是工作簿，否则是 CSV 文件夹
    Export {
        /// 工作簿或文件夹；已有的文件不会被覆盖
        path: PathBuf,
    },
    /// 写一份空的工作簿，带填写说明
    Template {
        /// 以 .xlsx 结尾的文件；已有的文件不会被覆盖
        path: PathBuf,
    },
    /// 生成一次性码：本人或群凭它绑定
    #[command(group(clap::ArgGroup::new("whom").required(true).args(["person", "chat", "all_people_without_account"])))]
    Code {
        /// 给谁：姓名
        #[arg(long, value_name = "NAME")]
        person: Option<String>,
        /// 这个人的单位编码；有同名的人时要写
        #[arg(long, value_name = "CODE", requires = "person")]
        unit: Option<String>,
        /// 给哪个群：群名称
        #[arg(long, value_name = "NAME")]
        chat: Option<String>,
        /// 给每个还没有账号的人各一个
        #[arg(long)]
        all_people_without_account: bool,
        /// 几天内有效
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(i64).range(1..=90))]
        days: i64,
    },
}

/// Runs a command. `accounts` are the names of the accounts that are configured; what people shall read goes to `out`.
///
/// # Errors
/// A text for the person at the command line.
pub async fn run(
    command: RosterCommand,
    store: &Store,
    accounts: &[String],
    clock: &dyn Clock,
    out: &mut dyn Write,
) -> Result<(), anyhow::Error> {
    let text = match command {
        RosterCommand::Import { path, dry_run } => import(&path, dry_run, store, accounts, clock.now()).await?,
        RosterCommand::Export { path } => export(&path, store).await?,
        RosterCommand::Template { path } => return template(&path, out),
        RosterCommand::Code { person: Some(name), unit, days, .. } => {
            let person = find_person(&store.directory(), &name, unit.as_deref())?;
            codes(store, &[person], days, clock.now()).await?
        }
        RosterCommand::Code { chat: Some(name), days, .. } => chat_code(store, &name, days, clock.now()).await?,
        RosterCommand::Code { days, .. } => {
            let people = people_without_account(&store.directory());
            if people.is_empty() {
                "每个人都有账号了，不需要一次性码。".to_owned()
            } else {
                codes(store, &people, days, clock.now()).await?
            }
        }
    };
    writeln!(out, "{text}")?;
    Ok(())
}

/// Writes the empty workbook: the one command that needs no store.
///
/// # Errors
/// A text for the person at the command line.
pub fn template(path: &Path, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    if !is_workbook(path) {
        anyhow::bail!("模板是工作簿，文件名要以 .xlsx 结尾");
    }
    roster::template(path)?;
    writeln!(out, "空表已写好：{0}\n照「说明」那张表填好以后：tuanqing roster import {0} --dry-run", path.display())?;
    Ok(())
}

fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
}

async fn import(
    path: &Path,
    dry_run: bool,
    store: &Store,
    accounts: &[String],
    now: DateTime<Utc>,
) -> Result<String, anyhow::Error> {
    let sheets = roster::read_path(path)?;
    let (summary, notices) = if dry_run {
        let directory = store.directory();
        let kept = roster::Kept::beside(&sheets, store.reader(), &directory).await?;
        let checked = roster::plan(&sheets, &directory, &kept, accounts)?;
        (checked.summary, checked.notices)
    } else {
        let applied = roster::apply(store, sheets, accounts.to_vec(), now).await?;
        (applied.summary, applied.notices)
    };
    let headline = match (summary.is_unchanged(), dry_run) {
        (true, _) => "花名册没有问题，和已有的一样，没有要改的。",
        (false, true) => "花名册没有问题。这次只检查，没有写入；导入会有这些变化：",
        (false, false) => "花名册已导入：",
    };
    let mut lines = vec![headline.to_owned(), summary.to_string()];
    lines.extend(notices.iter().map(|notice| format!("注意：{notice}")));
    lines.extend(next_step(&summary, dry_run, path));
    Ok(lines.join("\n"))
}

fn next_step(summary: &Summary, dry_run: bool, path: &Path) -> Option<String> {
    if summary.is_unchanged() {
        return None;
    }
    if dry_run {
        return Some(format!("下一步：tuanqing roster import {}", path.display()));
    }
    let news = summary.of(Sheet::People).added + summary.of(Sheet::Chats).added;
    (news > 0).then(|| {
        "下一步：没有填账号的人用 tuanqing roster code --all-people-without-account 领一次性码，群用 --chat 群名称"
            .to_owned()
    })
}

async fn export(path: &Path, store: &Store) -> Result<String, anyhow::Error> {
    let kept = roster::Kept::all(store.reader()).await?;
    let sheets = roster::export(&store.directory(), &kept);
    if is_workbook(path) {
        roster::write_xlsx(&sheets, path)?;
    } else {
        roster::write_csv_folder(&sheets, path)?;
    }
    let counts: Vec<String> =
        sheets.tables.iter().map(|table| format!("{} {} 行", table.title, table.rows.len())).collect();
    Ok(format!(
        "花名册已导出到 {0}：{1}\n里面有姓名和账号，请妥善保管。改好以后：tuanqing roster import {0} --dry-run",
        path.display(),
        counts.join("，")
    ))
}

/// Somebody a code is made for.
struct Bearer {
    what: CodeFor,
    name: String,
    unit: UnitId,
}

fn bearer(person: &Person) -> Bearer {
    Bearer { what: CodeFor::Person(person.id), name: person.name.clone(), unit: person.unit }
}

fn find_person(directory: &Directory, name: &str, unit: Option<&str>) -> Result<Bearer, anyhow::Error> {
    let name = name.trim();
    let unit = match unit {
        Some(code) => match directory.unit_by_code(code.trim()) {
            Some(unit) => Some(unit.id),
            None => anyhow::bail!("没有编码为「{code}」的单位；tuanqing roster export 可以看到全部编码"),
        },
        None => None,
    };
    let found: Vec<&Person> = directory
        .people()
        .filter(|person| person.name == name && unit.is_none_or(|unit| unit == person.unit))
        .collect();
    match found.as_slice() {
        [] => anyhow::bail!("花名册里没有「{name}」；请检查名字，或先导入"),
        [person] => Ok(bearer(person)),
        many => {
            let mut units: Vec<_> = many.iter().filter_map(|person| directory.unit(person.unit)).collect();
            units.sort_by_key(|unit| &unit.code);
            let units: Vec<String> =
                units.iter().map(|unit| format!("{}（--unit {}）", unit.name, unit.code)).collect();
            anyhow::bail!("有 {} 个人叫「{name}」；请加上单位：{}", many.len(), units.join("、"))
        }
    }
}

fn people_without_account(directory: &Directory) -> Vec<Bearer> {
    let order = directory.roots().iter().flat_map(|root| directory.subtree(*root));
    let people: Vec<&Person> = order.flat_map(|unit| directory.people_of(unit).collect::<Vec<_>>()).collect();
    people.into_iter().filter(|person| directory.identities_of(person.id).is_empty()).map(bearer).collect()
}

async fn create_codes(store: &Store, what: Vec<CodeFor>, until: DateTime<Utc>) -> Result<Vec<String>, anyhow::Error> {
    let codes = store
        .write(move |tx| {
            let what = what.clone();
            Box::pin(async move {
                let mut codes = Vec::with_capacity(what.len());
                for one in what {
                    codes.push(tx.create_code(one, until).await?);
                }
                Ok(codes)
            })
        })
        .await?;
    Ok(codes)
}

async fn codes(store: &Store, people: &[Bearer], days: i64, now: DateTime<Utc>) -> Result<String, anyhow::Error> {
    let until = now + TimeDelta::days(days);
    let codes = create_codes(store, people.iter().map(|person| person.what).collect(), until).await?;
    let directory = store.directory();
    let mut lines: Vec<String> = people
        .iter()
        .zip(codes)
        .map(|(person, code)| format!("{}\t{}\t绑定 {code}", directory.unit_name(person.unit), person.name))
        .collect();
    let until = people.first().map(|first| until_text(&directory, first.unit, until)).unwrap_or_default();
    lines.push(format!(
        "请分别私下交给本人，由本人在和机器人的私聊里发送「绑定」和码。每个码只能用一次，{days} 天内有效（{until}）；这里不会再显示第二次。"
    ));
    Ok(lines.join("\n"))
}

async fn chat_code(store: &Store, name: &str, days: i64, now: DateTime<Utc>) -> Result<String, anyhow::Error> {
    let directory = store.directory();
    let Some(chat) = directory.chats().find(|chat| chat.name == name.trim()) else {
        let mut names: Vec<&str> = directory.chats().map(|chat| chat.name.as_str()).collect();
        names.sort_unstable();
        anyhow::bail!("花名册里没有群「{name}」；已有的群：{}", names.join("、"));
    };
    let until = now + TimeDelta::days(days);
    let codes = create_codes(store, vec![CodeFor::Chat(chat.id)], until).await?;
    Ok(format!(
        "{}\t绑定本群 {}\n请在这个群里发送上面的「绑定本群」和码。码只能用一次，{days} 天内有效（{}）；这里不会再显示第二次。",
        chat.name,
        codes.join(""),
        until_text(&directory, chat.unit, until)
    ))
}

/// Until when, in the zone of a unit.
fn until_text(directory: &Directory, unit: UnitId, until: DateTime<Utc>) -> String {
    let zone = directory.zone_of(unit);
    format!("到 {}", until.with_timezone(&zone).format("%Y-%m-%d %H:%M"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::clock::{ManualClock, from_ms};
    use crate::domain::directory::DEFAULT_ZONE;
    use crate::store::DatabaseConfig;

    #[derive(Parser)]
    struct Line {
        #[command(subcommand)]
        command: RosterCommand,
    }

    struct Desk {
        place: tempfile::TempDir,
        store: Store,
        clock: ManualClock,
    }

    /// A desk with the sample committee.
    async fn desk() -> Desk {
        let place = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", place.path().join("test.sqlite").display()).into();
        let config = DatabaseConfig { url, max_readers: 2, max_batch: 8 };
        let store = Store::open_migrated(&config, DEFAULT_ZONE).await.unwrap();
        let clock = ManualClock::at(from_ms(1_772_323_200_000));
        roster::apply(&store, roster::read_sample(), vec!["simulator".to_owned()], clock.now()).await.unwrap();
        store.refresh_directory(DEFAULT_ZONE).await.unwrap();
        Desk { place, store, clock }
    }

    impl Desk {
        /// What the command line answers; `@` stands for the scratch folder.
        async fn says(&self, line: &str) -> Result<String, String> {
            let line = line.replace('@', &self.place.path().display().to_string());
            let words = std::iter::once("roster").chain(line.split(' '));
            let command = Line::try_parse_from(words).map_err(|error| error.to_string())?.command;
            let mut out = Vec::new();
            self.store.refresh_directory(DEFAULT_ZONE).await.unwrap();
            run(command, &self.store, &["simulator".to_owned()], &self.clock, &mut out)
                .await
                .map_err(|error| error.to_string())?;
            Ok(String::from_utf8(out).unwrap())
        }

        async fn code_in(&self, answer: &str) -> Option<CodeFor> {
            let code = answer.split_whitespace().find(|word| word.len() == 10 && word.is_ascii()).unwrap().to_owned();
            let now = self.clock.now();
            let find = self.store.write(move |tx| {
                let code = code.clone();
                Box::pin(async move { Ok(tx.find_code(&code, now).await?) })
            });
            find.await.unwrap()
        }
    }

    #[tokio::test]
    async fn a_roster_goes_out_and_comes_in_again() {
        let desk = desk().await;
        assert!(desk.says("export @/out.xlsx").await.unwrap().contains("单位 8 行，人员 12 行"));
        assert!(desk.says("export @/out.xlsx").await.unwrap_err().contains("已经存在"));
        assert!(desk.says("import @/out.xlsx").await.unwrap().contains("没有要改的"));
        desk.says("export @/out").await.unwrap();
        let people = desk.place.path().join("out/people.csv");
        let text = std::fs::read_to_string(&people).unwrap();
        std::fs::write(&people, format!("{text}新样例,YL,,,,\n")).unwrap();
        let dry = desk.says("import @/out --dry-run").await.unwrap();
        assert!(dry.contains("没有写入") && dry.contains("人员：新增 1，修改 0，不变 12"), "{dry}");
        assert_eq!(desk.store.directory().people().count(), 12);
        let wet = desk.says("import @/out").await.unwrap();
        assert!(wet.contains("花名册已导入") && wet.contains("下一步：") && wet.contains("人员：新增 1"), "{wet}");
        std::fs::write(&people, format!("{text}新样例,没有,,,,\n")).unwrap();
        let wrong = desk.says("import @/out").await.unwrap_err();
        assert!(wrong.contains("工作表 people 第 14 行「单位」列：没有编码或名称为「没有」的单位"), "{wrong}");
    }

    #[tokio::test]
    async fn codes_are_made_for_people_and_chats() {
        let desk = desk().await;
        let answer = desk.says("code --person 赵样例 --days 3").await.unwrap();
        let zhao = desk.store.directory().speaker("simulator", "sim-1001").unwrap().id;
        assert!(answer.contains("3 天内有效（到 2026-03-04 08:00）"), "{answer}");
        assert_eq!(desk.code_in(&answer).await, Some(CodeFor::Person(zhao)));
        desk.clock.advance(TimeDelta::days(3));
        assert_eq!(desk.code_in(&answer).await, None, "the code has expired");

        let answer = desk.says("code --chat 样例县团干部群").await.unwrap();
        assert!(answer.contains("绑定本群") && matches!(desk.code_in(&answer).await, Some(CodeFor::Chat(_))));
        assert!(desk.says("code --chat 没有的群").await.unwrap_err().contains("样例县督导群"));
        assert!(desk.says("code --person 没有").await.unwrap_err().contains("花名册里没有「没有」"));
        assert!(desk.says("code").await.is_err() && desk.says("code --person 甲 --chat 乙").await.is_err());
        assert!(desk.says("code --person 赵样例 --days 0").await.is_err());
    }

    #[tokio::test]
    async fn everybody_without_an_account_gets_a_code_of_their_own_and_namesakes_need_a_unit() {
        let desk = desk().await;
        assert!(desk.says("code --all-people-without-account").await.unwrap().contains("每个人都有账号了"));
        std::fs::write(desk.place.path().join("people.csv"), "name,unit\n新样例,YL\n新样例,YL-01\n").unwrap();
        desk.says("import @/people.csv").await.unwrap();
        let answer = desk.says("code --all-people-without-account").await.unwrap();
        assert_eq!(answer.lines().filter(|line| line.contains("\t新样例\t绑定 ")).count(), 2, "{answer}");
        let unclear = desk.says("code --person 新样例").await.unwrap_err();
        assert!(unclear.contains("样例县（--unit YL）、样例一镇（--unit YL-01）"), "{unclear}");
        assert!(desk.says("code --person 新样例 --unit YL-01").await.unwrap().contains("样例一镇\t新样例"));
        assert!(desk.says("code --person 新样例 --unit XX").await.unwrap_err().contains("没有编码为「XX」的单位"));
    }

    #[tokio::test]
    async fn the_template_is_a_workbook() {
        let desk = desk().await;
        assert!(desk.says("template @/空表.xlsx").await.unwrap().contains("--dry-run"));
        assert!(desk.says("template @/空表").await.unwrap_err().contains(".xlsx"));
    }
}
