//! Clubs of young people.

use serde::Serialize;

use super::*;

/// A club in a list.
#[derive(Clone, Debug, Serialize)]
pub struct ClubLine {
    /// Its number in the group.
    pub number: i64,
    /// Its name.
    pub name: UserText,
    /// When and where it meets.
    pub about: UserText,
    /// How many members.
    pub members: usize,
    /// The first of them.
    pub names: Vec<UserText>,
    /// Votes for it.
    pub votes: u32,
    /// Its group, where the list is of several; else empty.
    pub group: UserText,
}

contexts! {
    /// The clubs of a group.
    Clubs = "list/clubs" {
        /// The first of them.
        clubs: Vec<ClubLine>,
        /// How many are not listed.
        more: usize,
        /// Whether it is of all groups that somebody sees to.
        of_groups: bool,
    } samples vec![
        Self {
            clubs: vec![
                ClubLine { number: 1, name: typed("瑜伽"), about: typed("每周三晚在青年之家"), members: 2, names: vec![typed("小不点"), typed("小样")], votes: 5, group: typed("") },
                ClubLine { number: 2, name: typed("读书"), about: typed(""), members: 0, names: vec![], votes: 0, group: typed("样例一镇青年群") },
            ],
            more: 1,
            of_groups: true,
        },
        Self { clubs: vec![], more: 0, of_groups: false },
        Self { clubs: vec![], more: 0, of_groups: true },
    ];
    /// A club was founded.
    ClubFounded = "receipt/club_founded" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
    } samples vec![Self { name: typed("瑜伽"), number: 3 }];
    /// A club was founded: for the secretary.
    NewClub = "notice/new_club" {
        /// Its name.
        name: UserText,
        /// When and where it meets; may be empty.
        about: UserText,
        /// Its group.
        group: UserText,
    } samples vec![
        Self { name: typed("瑜伽"), about: typed("每周三晚在青年之家"), group: typed("样例一镇青年群") },
        Self { name: typed("瑜伽"), about: typed(""), group: typed("样例一镇青年群") },
    ];
    /// Somebody signed up for a club, or off.
    ClubPlace = "receipt/club_place" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
        /// Whether up.
        joins: bool,
        /// Whether that changed anything.
        changed: bool,
        /// How many members there are now.
        members: usize,
    } samples vec![
        Self { name: typed("瑜伽"), number: 3, joins: true, changed: true, members: 2 },
        Self { name: typed("瑜伽"), number: 3, joins: true, changed: false, members: 2 },
        Self { name: typed("瑜伽"), number: 3, joins: false, changed: true, members: 1 },
        Self { name: typed("瑜伽"), number: 3, joins: false, changed: false, members: 1 },
    ];
    /// Somebody voted for a club.
    ClubVoted = "receipt/club_voted" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
        /// Its votes now.
        votes: u32,
    } samples vec![Self { name: typed("瑜伽"), number: 3, votes: 5 }];
    /// A club was closed.
    ClubClosed = "receipt/club_closed" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
    } samples vec![Self { name: typed("瑜伽"), number: 3 }];
    /// A club that cannot be read.
    ClubUsage = "refusal/club_usage" {
        /// The most characters of a name.
        name: usize,
        /// The most characters of what follows.
        about: usize,
    } samples vec![Self { name: 20, about: 100 }];
    /// A club of that name exists.
    ClubTaken = "refusal/club_taken" {
        /// Its name.
        name: UserText,
        /// Its number.
        number: i64,
    } samples vec![Self { name: typed("瑜伽"), number: 3 }];
    /// The group has as many clubs as it may.
    TooManyClubs = "refusal/too_many_clubs" {
        /// The most.
        most: usize,
    } samples vec![Self { most: 30 }];
    /// Somebody has founded as many clubs as they may.
    OwnClubs = "refusal/own_clubs" {
        /// The most.
        most: usize,
    } samples vec![Self { most: 3 }];
    /// No club of that number in this group.
    NoSuchClub = "refusal/no_such_club" {
        /// The number; 0 where none was typed.
        number: i64,
    } samples vec![Self { number: 3 }, Self { number: 0 }];
}
