//! The calendar of duties, from messages: holidays, make-up Saturdays, the turn of the year, a leap day, zones and reset hours.

use super::{SECONDED, duty_of, has, open};
use crate::support::office::Office;

const WEEKLY: &str = "4+1 向基层服务对象报到";

async fn at(office: &Office, moment: &str) {
    office.clock.set(format!("{moment}+08:00").parse().unwrap());
}

#[tokio::test]
async fn row_国庆和春节_不作要求_调休周六算数() {
    let office = open("inner-mongolia", "").await;
    at(&office, "2026-02-18T10:00:00").await;
    has(&duty_of(&office, SECONDED, WEEKLY).await, &["不作要求"]);
    // who goes all the same has done it
    office.whisper(SECONDED, "签到 东风社区 春节慰问").await;
    has(&duty_of(&office, SECONDED, WEEKLY).await, &["1/1 天", "已完成"]);
    // the week after National Day has three workdays, the last of them a Saturday
    at(&office, "2026-10-09T10:00:00").await;
    has(&duty_of(&office, SECONDED, WEEKLY).await, &["0/1 天", "进行中"]);
    at(&office, "2026-10-10T10:00:00").await;
    has(&duty_of(&office, SECONDED, WEEKLY).await, &["请抓紧"]);
    office.whisper(SECONDED, "签到 东风社区 走访").await;
    has(&duty_of(&office, SECONDED, WEEKLY).await, &["1/1 天", "已完成"]);
    office.close().await;
}

#[tokio::test]
async fn row_第53周_跨年是同一周_二月有29日() {
    let office = open("inner-mongolia", "挂职样例,X2,引领,,\n").await;
    at(&office, "2026-12-31T10:00:00").await;
    office.whisper(SECONDED, "签到 样例西镇 走访").await;
    // Saturday of the same ISO week, in another year
    at(&office, "2027-01-02T10:00:00").await;
    has(&duty_of(&office, SECONDED, WEEKLY).await, &["1/1 天", "已完成"]);
    has(&duty_of(&office, SECONDED, "示范引领").await, &["0/2 次", "到 1月31日"]);
    at(&office, "2028-02-29T10:00:00").await;
    has(&duty_of(&office, SECONDED, "示范引领").await, &["0/2 次", "到 2月29日"]);
    office.close().await;
}

#[tokio::test]
async fn row_零点三十分_按当地的时区和一天的起点算() {
    let text =
        include_str!("../../../policies/basic.toml").replace("day_starts_at = \"00:00\"", "day_starts_at = \"04:00\"");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let office = Office::open_with(&format!("[policy]\nfile = \"{}\"", file.path().display())).await;
    let sheets = [
        ("units", "code,name,parent,level,zone\nU,样例西部县团委,,county,Asia/Urumqi\n".to_owned()),
        ("people", "name,unit,kind,accounts\n西部样例,U,full_time,qq:2011\n".to_owned()),
    ];
    office.import(&sheets).await;
    // half past midnight on Monday is still Sunday where the day begins at four
    at(&office, "2026-11-23T00:30:00").await;
    has(&office.whisper(1_002, "签到 东风社区").await, &["11月22日 周日"]);
    has(&duty_of(&office, 1_002, "每周下基层").await, &["1/1 天", "已完成"]);
    at(&office, "2026-11-23T04:30:00").await;
    has(&duty_of(&office, 1_002, "每周下基层").await, &["0/1 天"]);
    // two hours behind Beijing, half past five is half past three: Sunday as well
    at(&office, "2026-11-23T05:30:00").await;
    has(&office.whisper(1_002, "签到 东风社区").await, &["11月23日 周一"]);
    has(&office.whisper(2_011, "签到 东风社区").await, &["11月22日 周日"]);
    has(&duty_of(&office, 2_011, "每周下基层").await, &["1/1 天", "已完成"]);
    office.close().await;
}
