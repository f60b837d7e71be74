//! The six regional systems: every row of the duties they ask for, from messages to the state and the reminder.
//!
//! Each test bears the row's Chinese name. They all play in one province: 样例省 → 样例市 → 样例区 → 样例东街道 and 样例西镇
//! → 东风社区, with a youth site and a delegates' station.

mod calendar;
mod guangdong;
mod inner_mongolia;
mod saihan;
mod shandong;
mod taizhou_nanchang;

use crate::support::office::Office;

/// Full-time, in the province's office.
pub(crate) const PROVINCE: i64 = 2_001;
/// Full-time, in the prefecture's office.
pub(crate) const PREFECTURE: i64 = 2_002;
/// Secretary of the district, full-time.
pub(crate) const DISTRICT_SECRETARY: i64 = 2_003;
/// Seconded to the district.
pub(crate) const SECONDED: i64 = 2_004;
/// Part-time in the district's office.
pub(crate) const PART_TIME_ORGAN: i64 = 2_005;
/// Part-time in the eastern town.
pub(crate) const PART_TIME: i64 = 2_006;
/// Secretary of the eastern town, full-time.
pub(crate) const TOWN_SECRETARY: i64 = 2_007;
/// Secretary of the province, full-time.
pub(crate) const PROVINCE_SECRETARY: i64 = 2_008;
/// Secretary of the prefecture, full-time.
pub(crate) const PREFECTURE_SECRETARY: i64 = 2_009;

const UNITS: &str = "code,name,parent,level,kind\n\
    P,样例省团委,,province,\n\
    C,样例市团委,P,prefecture,\n\
    C2,样例二市团委,P,prefecture,\n\
    C3,样例三市团委,P,prefecture,\n\
    X,样例区团委,C,county,\n\
    X1,样例东街道团工委,X,township,\n\
    X2,样例西镇团委,X,township,\n\
    V,东风社区团支部,X1,village,\n\
    S,样例青年爱里,X1,township,青年之家\n\
    L,样例联络站,X,township,团代表联络站\n";

const PEOPLE: &str = "name,unit,kind,roles,team,accounts\n\
    省干样例,P,full_time,,,qq:2001\n\
    市干样例,C,full_time,,,qq:2002\n\
    区书记样例,X,full_time,书记,,qq:2003\n\
    挂职样例,X,seconded,,,qq:2004\n\
    机关兼职样例,X,part_time_organ,,,qq:2005\n\
    兼职样例,X1,part_time,,,qq:2006\n\
    街道书记样例,X1,full_time,书记,,qq:2007\n\
    省书记样例,P,full_time,书记,,qq:2008\n\
    市书记样例,C,full_time,书记,,qq:2009\n";

/// The province under a preset, with assignments (`person,unit,kind,from,to`).
pub(crate) async fn open(preset: &str, assignments: &str) -> Office {
    let office = Office::open_with(&format!("[policy]\npreset = \"{preset}\"")).await;
    let mut sheets = vec![("units", UNITS.to_owned()), ("people", PEOPLE.to_owned())];
    if !assignments.is_empty() {
        sheets.push(("assignments", format!("person,unit,kind,from,to\n{assignments}")));
    }
    office.import(&sheets).await;
    office
}

/// Puts `count` young people on somebody's roster: 青年甲0, 青年甲1 …, half of them at school and half in the country.
pub(crate) async fn enrol(office: &Office, person: &str, count: usize) {
    let mut rows = String::from("person,name,field,age_band\n");
    for n in 0..count {
        rows += &format!("{person},青年甲{n},{},18-25\n", if n % 2 == 0 { "学校" } else { "农村" });
    }
    office.import(&[("youth", rows)]).await;
}

/// Tells of having met young people of the roster, twenty in a message.
pub(crate) async fn meet(office: &Office, user: i64, people: std::ops::Range<usize>, how: &str) {
    let names: Vec<String> = people.map(|n| format!("青年甲{n}")).collect();
    for some in names.chunks(20) {
        let answer = office.whisper(user, &format!("联系 {} {how}", some.join("、"))).await;
        assert!(answer.contains("已记下"), "{answer}");
    }
}

/// The line of a duty in what somebody owes.
pub(crate) async fn duty_of(office: &Office, user: i64, title: &str) -> String {
    let mine = office.whisper(user, "我的全部").await;
    let found = mine.lines().find(|line| line.starts_with(&format!("· {title}：")));
    found.map_or_else(|| format!("no {title} in: {mine}"), str::to_owned)
}

/// The line of a duty in how a unit stands.
pub(crate) async fn duty_in(office: &Office, user: i64, title: &str) -> String {
    let progress = office.whisper(user, "进度").await;
    let found = progress.lines().find(|line| line.starts_with(&format!("· {title}（")));
    found.map_or_else(|| format!("no {title} in: {progress}"), str::to_owned)
}

/// Everything somebody has been reminded of.
pub(crate) fn reminded(office: &Office, user: i64) -> String {
    office.written(user).into_iter().map(|message| message.text).collect::<Vec<_>>().join("\n")
}

/// Asserts that a text has all these parts.
pub(crate) fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}
