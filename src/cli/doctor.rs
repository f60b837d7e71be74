//! `tuanqing doctor`: what would keep a message from arriving, before somebody misses it.

use std::io::Write;

use crate::app::App;
use crate::domain::people::{ChatRole, Role};

pub(super) async fn run(app: &App, out: &mut dyn Write) -> Result<(), anyhow::Error> {
    let mut problems: Vec<String> = Vec::new();
    for warning in app.warnings() {
        writeln!(out, "提醒：{warning}")?;
    }
    if let Err(problem) = app.store.check_ready().await {
        problems.push(format!("数据库：{problem}"));
    }
    let directory = app.store.directory();
    if directory.is_empty() {
        problems.push(
            "还没有名册：运行 `tuanqing roster template 名册.xlsx`，填好后 `tuanqing roster import 名册.xlsx`"
                .to_owned(),
        );
    }
    let mut chats: Vec<_> = directory.chats().collect();
    chats.sort_by_key(|chat| chat.id);
    for chat in chats {
        let endpoints = directory.endpoints_of(chat.id);
        let configured = |account: &str| app.accounts.get(account);
        let hears =
            endpoints.iter().any(|endpoint| endpoint.direction.hears() && configured(&endpoint.account).is_some());
        let speaks = endpoints.iter().any(|endpoint| {
            endpoint.direction.speaks() && configured(&endpoint.account).is_some_and(|account| account.abilities().push)
        });
        let silent_is_fine = chat.role == ChatRole::Supervisor;
        if !hears && !silent_is_fine {
            problems.push(format!(
                "「{}」收不到消息：没有绑定群，或账号不在配置里。用 `tuanqing roster code --chat {}` 生成绑定码",
                chat.name, chat.name
            ));
        }
        if !speaks {
            problems.push(format!("「{}」发不出消息：没有能主动发言的地址，提醒和周报到不了这里", chat.name));
        }
    }
    for root in directory.roots() {
        if directory.answerers(*root, app.clock.now()).is_empty() {
            problems.push(format!("「{}」没有书记：没人答复的问题不会有人收到", directory.unit_name(*root)));
        }
    }
    let unreachable = directory
        .people()
        .filter(|person| person.roles.contains(&Role::Secretary) && directory.identities_of(person.id).is_empty())
        .count();
    if unreachable > 0 {
        problems.push(format!(
            "有 {unreachable} 位书记没有绑定聊天账号，新问题私聊不到他们；用 `tuanqing roster code` 生成绑定码"
        ));
    }
    let (waiting, dead) = app.store.reader().count_outbox().await?;
    if dead > 0 {
        problems.push(format!("有 {dead} 条消息发不出去：`tuanqing outbox list --dead`"));
    }
    let (failed, given_up) = app.store.reader().count_failed_events().await?;
    if given_up > 0 {
        problems.push(format!("有 {given_up} 条来信处理不了：`tuanqing inbox list`"));
    }
    writeln!(out, "待发 {waiting} 条，重试中的来信 {failed} 条。")?;
    if problems.is_empty() {
        writeln!(out, "一切正常。")?;
        return Ok(());
    }
    for problem in &problems {
        writeln!(out, "· {problem}")?;
    }
    anyhow::bail!("有 {} 处需要处理", problems.len());
}
