//! Published questions for benches: generated, the same every time, with the skew of real ones: topics, aspects, places and
//! stories, and questions of which some were published in other words.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait, Value};
use tuanqing::domain::id::UnitId;
use tuanqing::search::Reading;

use super::Failure;

/// Ids as they are made in life: far apart, growing.
pub(crate) fn id_of(n: u64) -> i64 {
    i64::try_from((n + 1) * 3_700_000_007).unwrap_or(i64::MAX)
}

/// Fills the tables in large statements; what is measured is looking up.
pub(crate) async fn fill(db: &DatabaseConnection, root: UnitId, size: u64) -> Result<(), Failure> {
    let backend = db.get_database_backend();
    if backend == sea_orm::DbBackend::Sqlite {
        db.execute_unprepared("PRAGMA synchronous = OFF").await?;
        db.execute_unprepared("PRAGMA cache_size = -2000000").await?;
    }
    let mut from = 0;
    while from < size {
        let until = (from + 1_000).min(size);
        let (mut values, mut terms): (Vec<Value>, Vec<(i64, i64)>) = (Vec::new(), Vec::new());
        for n in from..until {
            // the text is known by its number, so that it can be asked again
            let text = question(&mut Random(1 + n));
            let reading = Reading::of_text(&text);
            let own = reading.terms(root);
            let bytes: Vec<u8> = own.iter().flat_map(|term| term.to_le_bytes()).collect();
            values.extend([id_of(n).into(), root.0.into(), text.into(), reading.tokens().into(), bytes.into()]);
            terms.extend(own.iter().map(|term| (*term, id_of(n))));
        }
        terms.sort_unstable();
        let tx = db.begin().await?;
        let sql = format!(
            "INSERT INTO published (question_id, root_id, text, tokens, term_bytes) VALUES {}",
            rows(until - from, 5, backend)
        );
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        let all: Vec<String> = terms.iter().map(|(term, question)| format!("({term}, {question})")).collect();
        let sql = format!("INSERT INTO published_term (term, question_id) VALUES {}", all.join(", "));
        tx.execute_unprepared(&sql).await?;
        tx.commit().await?;
        from = until;
    }
    if backend != sea_orm::DbBackend::Sqlite {
        // the server does it by itself; nobody does it for SQLite
        db.execute_unprepared("VACUUM ANALYZE").await?;
    }
    Ok(())
}

/// `($1, $2), ($3, $4)`; without numbers on SQLite, which would look each one up among all the others.
fn rows(count: u64, columns: u64, backend: sea_orm::DbBackend) -> String {
    let mark = |at: u64| if backend == sea_orm::DbBackend::Sqlite { "?".to_owned() } else { format!("${at}") };
    let row = |row: u64| (1..=columns).map(|column| mark(row * columns + column)).collect::<Vec<_>>().join(", ");
    (0..count).map(|at| format!("({})", row(at))).collect::<Vec<_>>().join(", ")
}

/// Numbers that look random and are the same every time.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    /// One of them, the first ones much more often.
    fn one_of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        let count = u64::try_from(all.len()).unwrap_or(1);
        let (a, b) = (self.below(count), self.below(count));
        usize::try_from(a * b / count).ok().and_then(|at| all.get(at)).copied().unwrap_or_default()
    }
}

const OPENERS: &[&str] =
    &["", "请问", "老师好，", "您好，请问一下", "麻烦问下", "想问问", "有个问题：", "求助，", "在吗？"];
const WHO: &[&str] = &[
    "应届毕业生",
    "在校大学生",
    "返乡青年",
    "高三学生",
    "外地户口的",
    "农村户口的",
    "退役军人",
    "刚工作的",
    "待业青年",
    "研究生",
    "高职学生",
    "残疾青年",
    "新就业形态青年",
    "外卖小哥",
    "快递员",
    "幼儿园老师",
    "村干部",
    "个体户",
    "随迁子女",
    "留学回来的",
    "宝妈",
    "护士",
    "建筑工人",
];
const TOPICS: &[&str] = &[
    "入团",
    "团组织关系",
    "智慧团建",
    "团费",
    "青年大学习",
    "西部计划",
    "三支一扶",
    "助学贷款",
    "创业贷款",
    "人才公寓",
    "志愿服务",
    "志愿汇",
    "就业补贴",
    "社保",
    "医保",
    "公积金",
    "落户",
    "居住证",
    "档案",
    "三方协议",
    "劳动合同",
    "拖欠工资",
    "加班费",
    "工伤认定",
    "失业金",
    "联谊活动",
    "相亲会",
    "结婚登记",
    "婚检",
    "婚假",
    "产假",
    "彩礼",
    "心理咨询",
    "考前焦虑",
    "失眠",
    "室友矛盾",
    "社交恐惧",
    "高考志愿",
    "专升本",
    "考研",
    "考公",
    "教师资格证",
    "四六级",
    "学生证",
    "团员证",
    "身份证",
    "健康证",
    "驾驶证",
    "营业执照",
    "食品经营许可证",
    "租房押金",
    "租房补贴",
    "公租房",
    "购房补贴",
    "网贷诈骗",
    "法律援助",
    "校园安全",
    "暑假工",
    "返家乡",
    "三下乡",
    "社会实践",
    "青年之家",
    "青年驿站",
    "希望工程",
    "希望小屋",
    "微心愿",
    "青年文明号",
    "五四奖章",
    "青创园",
    "创业大赛",
    "电商培训",
    "直播带货",
    "农产品销售",
    "合作社",
    "危房改造",
    "村里的路灯",
    "自来水",
    "宽带",
    "快递点",
    "公交末班车",
    "图书馆",
    "篮球场",
    "自习室",
    "四点半课堂",
    "少年宫",
    "夏令营",
    "支教",
    "献血",
    "河小青",
    "垃圾分类",
    "防诈宣传",
    "禁毒宣传",
    "消防演练",
    "急救培训",
    "无人机培训",
    "护理员证",
    "育婴师证",
    "焊工证",
    "大货车驾照",
    "网约车证",
    "异地就医",
    "门诊报销",
    "生育津贴",
    "独生子女费",
    "养老保险",
    "退役优待证",
    "残疾人补贴",
    "孤儿助学",
    "营养餐",
    "校车",
    "幼儿园学位",
    "小升初",
    "中考体育",
    "转学",
    "休学",
    "学籍",
    "毕业证",
    "学位证",
    "成绩单",
    "出国成绩证明",
    "无犯罪记录证明",
    "护照",
    "港澳通行证",
];
const OBJECTS: &[&str] = &[
    "",
    "",
    "",
    "",
    "申请表",
    "审核",
    "补贴",
    "名额",
    "证明",
    "收费标准",
    "退费",
    "变更",
    "年审",
    "延期",
    "盖章",
    "邮寄",
    "系统",
    "小程序",
    "二维码",
    "模板",
    "公示",
    "面试",
    "笔试",
    "体检",
    "押金",
    "发票",
    "保险",
    "家属",
    "电子版",
    "纸质版",
    "预约",
    "窗口",
    "热线",
    "培训班",
    "资格",
    "积分",
    "等级",
    "合同",
    "奖金",
    "讲座",
    "场地",
    "物资",
    "签到",
    "请假",
    "住宿",
    "交通",
    "餐费",
    "服装",
    "照片",
    "指纹",
    "密码",
    "验证码",
    "银行卡",
    "档案袋",
    "编号",
    "公章",
    "负责人",
    "截止日期",
    "公告",
    "附件",
];
const ASPECTS: &[&str] = &[
    "怎么申请",
    "怎么办理",
    "需要什么材料",
    "需要什么条件",
    "在哪里办",
    "什么时候开始",
    "要多久",
    "多少钱",
    "有补贴吗",
    "找谁",
    "怎么查",
    "丢了怎么补办",
    "过期了怎么办",
    "可以代办吗",
    "能不能网上办",
    "有没有优惠政策",
    "怎么报名",
    "截止到什么时候",
    "名额有多少",
    "要不要体检",
    "审核不通过怎么办",
    "被拒了能再申请吗",
    "填错了怎么改",
    "在手机上怎么弄",
    "周末能办吗",
    "电话是多少",
    "地址在哪",
    "怎么注销",
    "怎么转出",
    "怎么缴费",
    "退费怎么退",
    "影响征信吗",
    "要本人去吗",
    "有年龄限制吗",
    "外地能办吗",
    "结果什么时候公布",
    "证书怎么下载",
    "能重复享受吗",
    "中断了怎么接上",
    "可以投诉吗",
];
const STORIES: &[&str] = &[
    "去年毕业以后一直在外地打工",
    "材料交了两个月没有回音",
    "单位说不归他们管",
    "系统老是提示失败",
    "上次去窗口没人",
    "家里老人生病需要照顾",
    "学校让自己联系",
    "之前的群已经解散了",
    "手机号换了收不到验证码",
    "村里说要等通知",
    "户口已经迁走了",
    "合同上没有写清楚",
    "同学都已经办好了",
    "我妈帮我问过一次",
    "网上说法不一样",
    "公司倒闭了",
    "身份信息对不上",
    "银行卡被冻结了",
    "疫情那年耽误了",
    "准备下个月结婚",
    "孩子明年上小学",
    "刚从部队回来",
    "腿受伤走路不方便",
    "想回来开个小店",
    "在合作社干了三年",
    "考了两次没有过",
    "跟老板吵了一架",
    "房东突然涨价",
    "晚上经常睡不着",
];

fn place(random: &mut Random) -> String {
    const FIRST: &[&str] = &[
        "东", "西", "南", "北", "新", "古", "大", "小", "红", "青", "白", "金", "银", "龙", "凤", "河", "湖", "山",
        "石", "柳",
    ];
    const SECOND: &[&str] =
        &["风", "岭", "桥", "塘", "庄", "坡", "湾", "园", "台", "门", "井", "沟", "店", "营", "屯", "泉", "林", "田"];
    const KIND: &[&str] = &["镇", "村", "街道", "社区", "乡"];
    format!("{}{}{}", random.one_of(FIRST), random.one_of(SECOND), random.one_of(KIND))
}

pub(crate) fn question(random: &mut Random) -> String {
    let mut text = random.one_of(OPENERS).to_owned();
    if random.percent(25) {
        text.push_str(random.one_of(STORIES));
        text.push('，');
    }
    if random.percent(40) {
        text.push_str(random.one_of(WHO));
    }
    if random.percent(45) {
        text.push('在');
        text.push_str(&place(random));
    }
    text.push_str(random.one_of(TOPICS));
    if random.percent(10) {
        text.push('和');
        text.push_str(random.one_of(TOPICS));
    }
    text.push_str(random.one_of(OBJECTS));
    text.push_str(random.one_of(ASPECTS));
    text
}
