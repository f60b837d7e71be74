//! Numbers that look random and are the same every time, and questions made of them.

/// A seeded generator.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }
}

const WHO: &[&str] = &[
    "应届毕业生",
    "在校大学生",
    "返乡青年",
    "高三学生",
    "外地户口的",
    "退役军人",
    "刚工作的",
    "研究生",
    "高职学生",
    "快递员",
    "幼儿园老师",
    "村干部",
    "个体户",
    "留学回来的",
    "护士",
    "建筑工人",
];
const TOPICS: &[&str] = &[
    "入团",
    "团组织关系",
    "团费",
    "青年大学习",
    "西部计划",
    "三支一扶",
    "助学贷款",
    "创业贷款",
    "人才公寓",
    "志愿服务",
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
    "结婚登记",
    "婚假",
    "心理咨询",
    "考前焦虑",
    "高考志愿",
    "专升本",
    "考研",
    "教师资格证",
    "学生证",
    "团员证",
    "身份证",
    "健康证",
    "驾驶证",
    "营业执照",
    "租房押金",
    "公租房",
    "购房补贴",
    "法律援助",
    "暑假工",
    "返家乡",
    "三下乡",
    "青年之家",
    "青年驿站",
    "微心愿",
    "创业大赛",
    "电商培训",
    "直播带货",
    "农产品销售",
    "合作社",
    "危房改造",
    "村里的路灯",
    "宽带",
    "快递点",
    "公交末班车",
    "图书馆",
    "篮球场",
    "自习室",
    "夏令营",
    "支教",
    "献血",
    "急救培训",
    "无人机培训",
    "异地就医",
    "门诊报销",
    "养老保险",
    "营养餐",
    "校车",
    "转学",
    "休学",
    "学籍",
    "毕业证",
    "成绩单",
    "护照",
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
    "怎么报名",
    "截止到什么时候",
    "名额有多少",
    "被拒了能再申请吗",
    "填错了怎么改",
    "周末能办吗",
    "电话是多少",
    "怎么注销",
    "要本人去吗",
    "有年龄限制吗",
    "结果什么时候公布",
];
const STORIES: &[&str] = &[
    "去年毕业以后一直在外地打工，",
    "材料交了两个月没有回音，",
    "单位说不归他们管，",
    "系统老是提示失败，",
    "上次去窗口没人，",
    "家里老人生病需要照顾，",
    "手机号换了收不到验证码，",
    "户口已经迁走了，",
    "同学都已经办好了，",
    "公司倒闭了，",
    "刚从部队回来，",
    "",
    "",
    "",
    "",
    "",
];

/// A question somebody might ask.
pub(crate) fn question(random: &mut Random) -> String {
    let story = random.one_of(STORIES);
    let who = if random.percent(50) { random.one_of(WHO) } else { "" };
    format!("{story}{who}{}{}？", random.one_of(TOPICS), random.one_of(ASPECTS))
}
