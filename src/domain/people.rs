//! Who people are and what kinds of units and chats there are (`DOMAIN.md` §2).

use super::vocabulary::vocabulary;

vocabulary! {
    /// The five levels of the organisation tree; a unit beside the tree hangs at the level of its neighbours.
    Level {
        Province = "province", "省级" | "自治区" | "省" | "直辖市" | "自治区/省";
        Prefecture = "prefecture", "市级" | "盟市" | "市" | "地市" | "地级";
        County = "county", "县级" | "旗县" | "县" | "区" | "旗县市区" | "区县";
        Township = "township", "乡镇级" | "乡镇" | "街道" | "苏木" | "乡" | "镇" | "乡镇街道";
        Village = "village", "村级" | "村" | "社区" | "嘎查" | "村社区";
    }
}

vocabulary! {
    /// Kinds of cadre (团干部).
    CadreKind {
        FullTime = "full_time", "专职";
        Seconded = "seconded", "挂职";
        PartTimeOrgan = "part_time_organ", "领导机关兼职" | "机关兼职";
        PartTime = "part_time", "兼职" | "其他兼职";
    }
}

vocabulary! {
    /// What somebody may do beyond being a cadre; always at their own unit and below it.
    Role {
        Secretary = "secretary", "书记" | "团委书记" | "副书记";
        Supervisor = "supervisor", "督导" | "督导员";
        Expert = "expert", "专家";
        /// Leads the team whose name stands beside theirs: agrees to its leave and its make-up entries.
        Leader = "leader", "组长" | "带队" | "工作组组长";
    }
}

vocabulary! {
    /// What a group is for.
    ChatRole {
        Cadre = "cadre", "干部群" | "团干部群" | "干部";
        Youth = "youth", "青年群" | "青年";
        Supervisor = "supervisor", "督导群" | "督导";
    }
}

vocabulary! {
    /// Which way an endpoint carries messages.
    Direction {
        In = "in", "收" | "入";
        Out = "out", "发" | "出";
        Both = "both", "收发" | "双向";
    }
}

vocabulary! {
    /// How a cadre is tied to a unit.
    AssignmentKind {
        Lead = "lead", "引领";
        Station = "station", "驻点";
        Pair = "pair", "包联";
    }
}

vocabulary! {
    /// What a unit is. A unit that says nothing is a committee or branch of the League.
    UnitKind {
        Committee = "committee", "团组织" | "团委" | "团支部" | "团工委";
        Site = "site", "青年之家" | "青年爱里" | "青年阵地" | "活动阵地";
        Enterprise = "enterprise", "企业";
        School = "school", "学校";
        Organ = "organ", "机关";
        Agency = "agency", "事业单位";
        SocialOrganisation = "social_organisation", "青年社会组织" | "社会组织" | "志愿服务队";
        Station = "station", "团代表联络站" | "联络站";
    }
}

vocabulary! {
    /// Where a young person belongs (`DOMAIN.md` §3).
    YouthField {
        Enterprise = "enterprise", "企业";
        Rural = "rural", "农村";
        Organ = "organ", "机关" | "机关事业单位";
        School = "school", "学校" | "校园";
        Street = "street", "街道" | "社区" | "街道社区";
        SocialOrganisation = "social_organisation", "青年社会组织" | "社会组织";
        NewMedia = "new_media", "新媒体";
    }
}

vocabulary! {
    /// How somebody was met.
    ContactMode {
        FaceToFace = "face_to_face", "见面" | "面对面" | "线下" | "当面";
        Online = "online", "线上" | "网上" | "微信" | "电话" | "QQ";
    }
}

vocabulary! {
    /// How much a receipt says in a group.
    Receipts {
        Full = "full", "完整" | "详细";
        Short = "short", "简短" | "简单";
        Private = "private", "私聊" | "私发";
    }
}

vocabulary! {
    /// Half a day.
    HalfDay {
        Morning = "morning", "上午";
        Afternoon = "afternoon", "下午";
    }
}

impl AssignmentKind {
    /// Its bit in a set of ties.
    pub fn bit(self) -> i32 {
        match self {
            Self::Lead => 1,
            Self::Station => 2,
            Self::Pair => 4,
        }
    }
}

impl Direction {
    /// Whether messages arrive through it.
    pub fn hears(self) -> bool {
        matches!(self, Self::In | Self::Both)
    }

    /// Whether messages can be sent through it.
    pub fn speaks(self) -> bool {
        matches!(self, Self::Out | Self::Both)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_title_reads_back() {
        for kind in CadreKind::ALL {
            assert_eq!(CadreKind::read(kind.code()), Some(*kind));
            assert_eq!(CadreKind::read(kind.title()), Some(*kind));
        }
        assert_eq!(Level::read(" 苏木 "), Some(Level::Township));
        assert_eq!(Role::read("主席"), None);
    }
}
