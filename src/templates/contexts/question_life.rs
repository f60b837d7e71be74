//! The life of a question: receipts for each step, news to the asker, turns of those who answer.

use serde::Serialize;

use super::questions::{QuestionLine, sample_lines};
use super::*;

/// A published answer that is much like what somebody asks for.
#[derive(Clone, Debug, Serialize)]
pub struct SimilarAnswer {
    /// The question's number.
    pub number: i64,
    /// What was asked, shortened.
    pub question: UserText,
    /// The latest answer, shortened.
    pub answer: UserText,
}

/// An answer in the view of a question.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerLine {
    /// What it says.
    pub text: UserText,
    /// The unit that answered.
    pub by: UserText,
    /// When.
    pub when: String,
}

/// A step in the view of a question.
#[derive(Clone, Debug, Serialize)]
pub struct EventLine {
    /// When.
    pub when: String,
    /// What happened.
    pub what: &'static str,
    /// Who did it; empty for the asker and the bot.
    pub by: UserText,
    /// What was said with it.
    pub detail: UserText,
}

/// One of one's own questions.
#[derive(Clone, Debug, Serialize)]
pub struct OwnQuestionLine {
    /// Its number.
    pub number: i64,
    /// What was asked, shortened.
    pub text: UserText,
    /// Where it stands.
    pub state: &'static str,
    /// Until when an answer is promised, while one is owed.
    pub due: Option<String>,
    /// Under which name it was asked without a name.
    pub alias: Option<String>,
}

/// One of several askers, with the number that is theirs.
#[derive(Clone, Debug, Serialize)]
pub struct AskerLine {
    /// Who, in a group.
    pub who: Option<Mention>,
    /// Their question's number.
    pub number: i64,
    /// What they asked, shortened.
    pub question: UserText,
}

fn sample_askers() -> Vec<AskerLine> {
    let line = |who, number, text| AskerLine { who, number, question: typed(text) };
    vec![line(Some(sample_mention()), 12, "团组织关系怎么转？"), line(Some(sample_mention()), 15, "团费怎么交？")]
}

contexts! {
    /// A question was taken in.
    Asked = "receipt/asked" {
        /// Its number.
        number: i64,
        /// Until when an answer is promised.
        due: String,
        /// Whether it was asked in private.
        private: bool,
        /// What the asker is called, where they asked without a name.
        alias: Option<String>,
    } samples vec![
        Self { number: 12, due: "11月24日 17:30".into(), private: false, alias: None },
        Self { number: 12, due: "11月24日 17:30".into(), private: true, alias: None },
        Self { number: 304_211, due: "11月24日 17:30".into(), private: true, alias: Some("A7".into()) },
    ];
    /// Answers that exist are shown to the asker.
    OfferedAnswers = "receipt/offered" {
        /// The number of the first.
        first: i64,
        /// At most three of them.
        items: Vec<SimilarAnswer>,
    } samples vec![Self { first: 56, items: vec![
        SimilarAnswer { number: 56, question: typed("团组织关系怎么转？"), answer: typed("在系统里发起转接，两地团委审核。") },
        SimilarAnswer { number: 8, question: typed("毕业了团关系放哪里？"), answer: typed("转到工作单位或户籍地的团组织。") },
    ] }];
    /// Nothing was shown to this one lately.
    NoOffer = "refusal/no_offer" {} samples vec![Self {}];
    /// An answer was taken in.
    Answered = "receipt/answered" {
        /// The question's number.
        number: i64,
        /// Whether somebody had answered before.
        again: bool,
        /// How many askers hear it.
        askers: usize,
        /// Whether that is more than one.
        several: bool,
        /// Whether everybody can read it.
        public: bool,
        /// Whether it is for the asker alone.
        private: bool,
    } samples vec![
        Self { number: 12, again: false, askers: 1, several: false, public: true, private: false },
        Self { number: 12, again: true, askers: 3, several: true, public: false, private: true },
    ];
    /// To the askers: the answer.
    AnswerCame = "notice/answer" {
        /// The askers, in a group.
        askers: Vec<Mention>,
        /// The question's number.
        number: i64,
        /// The numbers of others who asked the same here.
        also: Vec<i64>,
        /// Where there are several: who asked which.
        each: Vec<AskerLine>,
        /// What was asked, shortened.
        question: UserText,
        /// The answer.
        answer: UserText,
        /// Who answers: the unit.
        by: UserText,
        /// Whether to ask whether it does.
        rate: bool,
    } samples vec![
        Self { askers: vec![sample_mention(), sample_mention()], number: 12, also: vec![15], each: sample_askers(), question: typed("团组织关系怎么转？"), answer: typed("在系统里发起转接，两地团委审核。"), by: typed("样例县团委"), rate: true },
        Self { askers: vec![], number: 12, also: vec![], each: vec![], question: typed("团组织关系怎么转？"), answer: typed("在系统里发起转接，两地团委审核。"), by: typed("样例县团委"), rate: false },
    ];
    /// To the asker: what has become of their question.
    QuestionNews = "notice/question_news" {
        /// The askers, in a group.
        askers: Vec<Mention>,
        /// The question's number.
        number: i64,
        /// What was asked, shortened.
        question: UserText,
        /// The unit that is to answer now.
        to: Option<UserText>,
        /// What the asker is asked.
        asks: Option<UserText>,
        /// Whether they were asked before and have said nothing.
        once_more: bool,
        /// Whether it has ended because they said nothing.
        unheard: bool,
        /// Whether the promised day has gone by.
        late: bool,
        /// The new deadline.
        due: Option<String>,
        /// Why there is a new one.
        reason: UserText,
        /// Why it is not taken up.
        declined: Option<UserText>,
        /// The question that stands for it now.
        into: Option<i64>,
        /// It waits for an answer of its own again: until when that is promised.
        again: Option<String>,
        /// Whether it was made public.
        published: bool,
        /// Whether the asker is reminded to say whether the answer does.
        rate: bool,
        /// Where there are several: who asked which.
        each: Vec<AskerLine>,
    } samples vec![
        Self { to: Some(typed("样例县团委")), ..Self::sample() },
        Self { asks: Some(typed("您在哪个学校？")), askers: vec![], ..Self::sample() },
        Self { asks: Some(typed("您在哪个学校？")), once_more: true, ..Self::sample() },
        Self { unheard: true, ..Self::sample() },
        Self { unheard: true, each: sample_askers(), ..Self::sample() },
        Self { late: true, ..Self::sample() },
        Self { late: true, each: sample_askers(), ..Self::sample() },
        Self { due: Some("11月26日 17:30".into()), reason: typed("等人社局回复"), ..Self::sample() },
        Self { declined: Some(typed("不属于团组织的职责，请拨打 12345")), ..Self::sample() },
        Self { into: Some(8), ..Self::sample() },
        Self { again: Some("11月26日 17:30".into()), ..Self::sample() },
        Self { published: true, askers: vec![], ..Self::sample() },
        Self { rate: true, ..Self::sample() },
        Self { rate: true, each: sample_askers(), ..Self::sample() },
    ];
    /// To those who answer: a question is theirs, or is theirs again.
    QuestionTurn = "notice/question" {
        /// Its number.
        number: i64,
        /// What was asked.
        text: UserText,
        /// Until when an answer is promised.
        due: String,
        /// What it is about.
        topic: Option<String>,
        /// Its class, where that is not the usual one.
        class: Option<String>,
        /// Whether its words are to be looked up in private.
        look: bool,
        /// New: where or by whom it was asked.
        from: Option<UserText>,
        /// Who gave it to them.
        given_by: Option<UserText>,
        /// Who had it before.
        back_from: Option<UserText>,
        /// Whether that one was silent for too long.
        silent: bool,
        /// What was said with it.
        note: UserText,
        /// What the asker added.
        added: Option<UserText>,
        /// Whether the asker took it back.
        gone: bool,
        /// Whether the answer did not do.
        reopened: bool,
    } samples vec![
        Self { from: Some(typed("样例一镇青年群")), ..Self::sample() },
        Self { from: Some(typed("私聊")), topic: Some("心理".into()), class: Some("加急".into()), text: typed(""), look: true, ..Self::sample() },
        Self { given_by: Some(typed("赵样例")), note: typed("您熟悉"), ..Self::sample() },
        Self { back_from: Some(typed("张样例")), note: typed("不归我管"), ..Self::sample() },
        Self { back_from: Some(typed("张样例")), silent: true, ..Self::sample() },
        Self { added: Some(typed("是省内转")), ..Self::sample() },
        Self { gone: true, ..Self::sample() },
        Self { reopened: true, note: typed("没有说到省外"), ..Self::sample() },
    ];
    /// Open questions, asked for.
    Pending = "list/pending" {
        /// The first of them.
        items: Vec<QuestionLine>,
        /// How many are not listed.
        more: usize,
    } samples vec![Self { items: sample_lines(), more: 3 }, Self { items: sample_lines(), more: 0 }, Self { items: vec![], more: 0 }];
    /// A question with its answers.
    QuestionView = "list/question" {
        /// Its number.
        number: i64,
        /// Under which name it was asked without a name.
        alias: Option<String>,
        /// What was asked.
        text: UserText,
        /// What its asker added in private; only for them and for those who answer.
        aside: UserText,
        /// Where it stands.
        state: &'static str,
        /// When it was asked.
        asked: String,
        /// Until when an answer is promised, while one is owed.
        due: Option<String>,
        /// The question that stands for it.
        into: Option<i64>,
        /// Why it was not taken up.
        declined: Option<UserText>,
        /// The answers.
        answers: Vec<AnswerLine>,
        /// How many others asked the same.
        also: u64,
        /// Likes.
        likes: u64,
        /// What happened to it; only for those who answer.
        history: Vec<EventLine>,
        /// What it is about; only for those who answer.
        topic: Option<String>,
    } samples vec![
        Self { number: 12, alias: Some("A7".into()), text: typed("团组织关系怎么转？"), aside: typed(""), state: "已答", asked: "11月20日 10:00".into(), due: None, into: None, declined: None, answers: vec![AnswerLine { text: typed("在系统里发起转接。"), by: typed("样例县团委"), when: "11月20日 11:00".into() }], also: 3, likes: 2, history: vec![], topic: None },
        Self { number: 12, alias: None, text: typed("团组织关系怎么转？"), aside: typed("补充：我还没成年"), state: "待答", asked: "11月20日 10:00".into(), due: Some("11月24日 10:00".into()), into: None, declined: None, answers: vec![], also: 0, likes: 0, history: vec![EventLine { when: "11月20日 10:00".into(), what: "转给", by: typed("赵样例"), detail: typed("张样例") }], topic: Some("团务".into()) },
        Self { number: 12, alias: None, text: typed("团组织关系怎么转？"), aside: typed(""), state: "已合并", asked: "11月20日 10:00".into(), due: None, into: Some(8), declined: None, answers: vec![], also: 0, likes: 0, history: vec![], topic: None },
        Self { number: 12, alias: None, text: typed("我家水管漏了找谁修？"), aside: typed(""), state: "不受理", asked: "11月20日 10:00".into(), due: None, into: None, declined: Some(typed("请拨打 12345")), answers: vec![], also: 0, likes: 0, history: vec![], topic: None },
    ];
    /// One's own questions.
    MyQuestions = "list/my_questions" {
        /// The latest of them.
        items: Vec<OwnQuestionLine>,
    } samples vec![
        Self { items: vec![
            OwnQuestionLine { number: 12, text: typed("团组织关系怎么转？"), state: "待答", due: Some("11月24日 17:30".into()), alias: None },
            OwnQuestionLine { number: 304_211, text: typed("我被同学欺负怎么办？"), state: "已答", due: None, alias: Some("A7".into()) },
        ] },
        Self { items: vec![] },
    ];
    /// A question was withdrawn.
    QuestionWithdrawn = "receipt/question_withdrawn" {
        /// Its number.
        number: i64,
        /// Whether the answer that it has stays.
        stays: bool,
    } samples vec![Self { number: 12, stays: false }, Self { number: 12, stays: true }];
    /// A step was taken.
    QuestionStep = "receipt/question_step" {
        /// The question's number.
        number: i64,
        /// Its asker was asked back.
        asked_back: bool,
        /// Its asker said more.
        added: bool,
        /// They said it in private.
        aside: bool,
        /// It is not taken up.
        declined: bool,
        /// Its asker is content.
        rated: bool,
        /// Its asker is not, and an answer is owed anew.
        reopened: bool,
        /// Its asker is not, once more.
        unhappy: bool,
        /// Everybody may read it.
        published: bool,
        /// It is for its asker alone.
        hidden: bool,
        /// Until when it is answered anew.
        due: Option<String>,
        /// It waits for an answer of its own again.
        revived: bool,
        /// Its asker said thanks.
        thanked: bool,
    } samples vec![
        Self { asked_back: true, ..Self::of(12) },
        Self { added: true, ..Self::of(12) },
        Self { added: true, aside: true, ..Self::of(12) },
        Self { declined: true, ..Self::of(12) },
        Self { rated: true, ..Self::of(12) },
        Self { reopened: true, due: Some("11月26日 17:30".into()), ..Self::of(12) },
        Self { unhappy: true, ..Self::of(12) },
        Self { published: true, ..Self::of(12) },
        Self { hidden: true, ..Self::of(12) },
        Self { revived: true, ..Self::of(12) },
        Self { thanked: true, ..Self::of(12) },
    ];
    /// A question was handed on.
    QuestionHanded = "receipt/question_handed" {
        /// Its number.
        number: i64,
        /// Who or which unit is to answer.
        to: UserText,
        /// Until when an answer is promised.
        due: String,
        /// Whether the one who was meant is on leave.
        on_leave: bool,
        /// Who was meant, where somebody stands in for them.
        instead_of: Option<UserText>,
        /// Whether they are on leave, and nobody stands in for them.
        away: bool,
        /// Who could have it instead.
        suggest: Option<UserText>,
    } samples vec![
        Self::sample(),
        Self { on_leave: true, instead_of: Some(typed("张样例")), ..Self::sample() },
        Self { instead_of: Some(typed("张样例")), ..Self::sample() },
        Self { on_leave: true, away: true, suggest: Some(typed("孙样例")), ..Self::sample() },
        Self { on_leave: true, away: true, ..Self::sample() },
    ];
    /// A question was given back.
    QuestionGivenBack = "receipt/question_given_back" {
        /// Its number.
        number: i64,
        /// Whose it is now.
        to: UserText,
    } samples vec![Self { number: 12, to: typed("样例一镇团委") }];
    /// A question has more time.
    QuestionExtended = "receipt/question_extended" {
        /// Its number.
        number: i64,
        /// Until when.
        due: String,
    } samples vec![Self { number: 12, due: "11月26日 17:30".into() }];
    /// A question stands for another.
    MergedQuestions = "receipt/question_merged" {
        /// The one that was merged.
        number: i64,
        /// The one that stands for it.
        into: i64,
        /// How many have asked it.
        asked: u64,
    } samples vec![Self { number: 129, into: 128, asked: 3 }];
    /// What was asked in a group is not merged with what was asked in private.
    MergeOtherWay = "refusal/merge_other_way" {
        /// The one that was asked in a group.
        number: i64,
        /// The one that was asked in private.
        into: i64,
        /// Whether it can be done the other way round.
        other_way: bool,
        /// Whether it can be done once everybody may read the other one.
        publish: bool,
    } samples vec![
        Self { number: 129, into: 128, other_way: true, publish: false },
        Self { number: 129, into: 128, other_way: false, publish: true },
        Self { number: 129, into: 128, other_way: false, publish: false },
    ];
    /// Nobody, no unit of that name, or not one that can be reached.
    NotToHand = "refusal/not_to_hand" {
        /// The question's number.
        number: i64,
        /// What was typed.
        name: UserText,
        /// There is no unit above.
        top: bool,
        /// Nobody and nothing is called so.
        unknown: bool,
        /// Several are.
        several: bool,
        /// They have no address.
        unreachable: bool,
    } samples vec![
        Self { unknown: true, ..Self::named(12, "张样例") },
        Self { several: true, ..Self::named(12, "张样例") },
        Self { unreachable: true, ..Self::named(12, "张样例") },
        Self { top: true, ..Self::named(12, "上级") },
    ];
    /// A question of somebody else.
    NotYourQuestion = "refusal/not_your_question" {
        /// The number.
        number: i64,
    } samples vec![Self { number: 12 }];
    /// No question of that number that this person may answer.
    NoSuchQuestion = "refusal/no_such_question" {
        /// The number.
        number: String,
    } samples vec![Self { number: "12".into() }];
    /// Where a question stands, so that this cannot be done.
    QuestionStands = "refusal/question_stands" {
        /// Its number.
        number: i64,
        /// Where it stands.
        state: &'static str,
        /// The question that stands for it.
        into: Option<i64>,
        /// Its state does not allow it.
        wrong_state: bool,
        /// It is open.
        open: bool,
        /// Its deadline is over.
        overdue: bool,
        /// That was done as often as may be.
        often: bool,
        /// Nobody in particular is to answer it.
        not_assigned: bool,
        /// It has no answer yet.
        no_answer: bool,
        /// It is so already.
        already: bool,
        /// It has an answer.
        answered: bool,
        /// It was not taken up.
        declined: bool,
    } samples vec![
        Self { state: "已撤回", wrong_state: true, ..Self::sample() },
        Self { state: "已合并", into: Some(8), wrong_state: true, ..Self::sample() },
        Self { wrong_state: true, open: true, ..Self::sample() },
        Self { overdue: true, ..Self::sample() },
        Self { often: true, ..Self::sample() },
        Self { not_assigned: true, ..Self::sample() },
        Self { no_answer: true, ..Self::sample() },
        Self { already: true, ..Self::sample() },
        Self { answered: true, ..Self::sample() },
        Self { state: "不受理", wrong_state: true, declined: true, ..Self::sample() },
    ];
    /// How a command about a question is written.
    QuestionUsage = "refusal/question_usage" {
        /// 回复
        answer: bool,
        /// 转
        hand: bool,
        /// 退回
        give_back: bool,
        /// 请补充
        ask_back: bool,
        /// 补充
        add: bool,
        /// 不受理
        decline: bool,
        /// 合并
        merge: bool,
        /// 延期
        extend: bool,
        /// 满意
        rate: bool,
        /// 话题
        topic: bool,
        /// 放行
        release: bool,
        /// 恢复
        restore: bool,
        /// 延期: by how many working hours at most.
        most: u32,
        /// Its asker has hidden the question of this number.
        hidden: Option<i64>,
        /// The question of this number is a cry for help.
        cry: Option<i64>,
    } samples vec![
        Self::answer(), Self::hand(), Self::give_back(), Self::ask_back(), Self::add(), Self::decline(), Self::merge(),
        Self::extend(), Self::rate(), Self::topic(), Self::release(), Self::restore(), Self::hidden(12), Self::cry(12),
    ];
}

impl QuestionNews {
    /// News of a question to its askers; what is new is set by whoever tells it.
    pub fn of(question: &crate::domain::question::Question, askers: Vec<Mention>) -> Self {
        Self { askers, number: question.number, question: UserText::short(&question.text, 60), ..Self::empty() }
    }

    /// No news of no question.
    pub fn nothing() -> Self {
        Self::empty()
    }

    fn empty() -> Self {
        Self {
            askers: vec![],
            number: 0,
            question: UserText::default(),
            to: None,
            asks: None,
            once_more: false,
            unheard: false,
            late: false,
            due: None,
            reason: UserText::default(),
            declined: None,
            into: None,
            again: None,
            published: false,
            rate: false,
            each: vec![],
        }
    }

    fn sample() -> Self {
        Self {
            askers: vec![sample_mention()], number: 12, question: typed("团组织关系怎么转？"), ..Self::empty()
        }
    }
}

impl QuestionHanded {
    fn sample() -> Self {
        Self {
            number: 12,
            to: typed("李样例"),
            due: "11月24日 17:30".into(),
            on_leave: false,
            instead_of: None,
            away: false,
            suggest: None,
        }
    }
}

impl QuestionTurn {
    fn sample() -> Self {
        Self {
            number: 12,
            text: typed("团组织关系怎么转？"),
            due: "11月24日 17:30".into(),
            topic: Some("团务".into()),
            class: None,
            look: false,
            from: None,
            given_by: None,
            back_from: None,
            silent: false,
            note: UserText::default(),
            added: None,
            gone: false,
            reopened: false,
        }
    }
}

impl QuestionStep {
    /// A step of the question of this number; which one is set by whoever took it.
    pub fn of(number: i64) -> Self {
        Self {
            number,
            asked_back: false,
            added: false,
            aside: false,
            declined: false,
            rated: false,
            reopened: false,
            unhappy: false,
            published: false,
            hidden: false,
            due: None,
            revived: false,
            thanked: false,
        }
    }
}

impl NotToHand {
    /// Why not is set by whoever refuses.
    pub fn named(number: i64, name: &str) -> Self {
        let name = UserText::short(name, 20);
        Self { number, name, top: false, unknown: false, several: false, unreachable: false }
    }
}

impl QuestionStands {
    fn sample() -> Self {
        Self {
            number: 12,
            state: "待答",
            into: None,
            wrong_state: false,
            open: false,
            overdue: false,
            often: false,
            not_assigned: false,
            no_answer: false,
            already: false,
            answered: false,
            declined: false,
        }
    }
}

/// Declares one constructor for each command.
macro_rules! usages {
    ($($name:ident),+) => {
        impl QuestionUsage {
            fn none() -> Self {
                Self { $($name: false,)+ most: 13, hidden: None, cry: None }
            }

            $(
                /// The usage of one command.
                pub fn $name() -> Self {
                    Self { $name: true, ..Self::none() }
                }
            )+

            /// The asker has hidden the question of this number.
            pub fn hidden(number: i64) -> Self {
                Self { hidden: Some(number), ..Self::none() }
            }

            /// The question of this number is a cry for help.
            pub fn cry(number: i64) -> Self {
                Self { cry: Some(number), ..Self::none() }
            }
        }
    };
}

usages!(answer, hand, give_back, ask_back, add, decline, merge, extend, rate, topic, release, restore);
