//! Activities: what is published, who signed up, who came.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{QueryResult, Value};

use super::{Db, StoreError, Tx, placeholders};
use crate::clock::{from_ms, to_ms};
use crate::domain::activity::{Activity, ActivityState, Participant, Standing, Sums};
use crate::domain::id::{ActivityId, ChatId, ClubId, RecordId, UnitId};

/// A line of an export: somebody, and the activity they signed up for or came to.
#[derive(Clone, Debug)]
pub struct AttendanceRow {
    /// The activity.
    pub activity: Activity,
    /// Who.
    pub participant: Participant,
}

const COLUMNS: &str = "a.id, a.number, a.unit_id, a.organiser, a.organiser_name, a.club_id, a.title, a.place, a.about, \
    a.kind, a.places, a.starts_at_ms, a.ends_at_ms, a.closes_at_ms, a.remind_at_ms, a.state, a.code, a.record_id";

fn read(row: &QueryResult) -> Result<Activity, StoreError> {
    let instant = |at: usize| row.try_get_by_index(at).map(from_ms);
    let state: String = row.try_get_by_index(15)?;
    Ok(Activity {
        id: ActivityId(row.try_get_by_index(0)?),
        number: row.try_get_by_index(1)?,
        unit: UnitId(row.try_get_by_index(2)?),
        organiser: row.try_get_by_index(3)?,
        organiser_name: row.try_get_by_index(4)?,
        club: row.try_get_by_index::<Option<i64>>(5)?.map(ClubId),
        title: row.try_get_by_index(6)?,
        place: row.try_get_by_index(7)?,
        about: row.try_get_by_index(8)?,
        kind: row.try_get_by_index(9)?,
        places: row.try_get_by_index::<Option<i64>>(10)?.and_then(|places| u32::try_from(places).ok()),
        starts_at: instant(11)?,
        ends_at: instant(12)?,
        closes_at: instant(13)?,
        remind_at: instant(14)?,
        state: ActivityState::read(&state),
        code: row.try_get_by_index(16)?,
        record: row.try_get_by_index::<Option<i64>>(17)?.map(RecordId),
    })
}

fn read_participant(row: &QueryResult, from: usize) -> Result<Participant, StoreError> {
    let standing: String = row.try_get_by_index(from + 3)?;
    Ok(Participant {
        who: row.try_get_by_index(from)?,
        name: row.try_get_by_index(from + 1)?,
        chat: row.try_get_by_index::<Option<i64>>(from + 2)?.map(ChatId),
        standing: Standing::read(&standing),
        came_at: row.try_get_by_index::<Option<i64>>(from + 4)?.map(from_ms),
    })
}

const PARTICIPANT: &str = "p.who, p.name, p.chat_id, p.standing, p.came_at_ms";

impl Db<'_> {
    /// An activity by its number.
    ///
    /// # Errors
    /// The database's.
    pub async fn find_activity(&self, number: i64) -> Result<Option<Activity>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM activity a WHERE a.number = $1");
        self.row(&sql, [number.into()]).await?.as_ref().map(read).transpose()
    }

    /// The activities that are to come or go on, the earliest first.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_open_activities(&self) -> Result<Vec<Activity>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM activity a WHERE a.state = 'open' ORDER BY a.starts_at_ms, a.number");
        self.rows(&sql, []).await?.iter().map(read).collect()
    }

    /// The activities whose time is over and that nobody has ended.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_activities_over(&self, at: DateTime<Utc>) -> Result<Vec<Activity>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM activity a WHERE a.state = 'open' AND a.ends_at_ms <= $1 ORDER BY a.ends_at_ms, a.id"
        );
        self.rows(&sql, [to_ms(at).into()]).await?.iter().map(read).collect()
    }

    /// The activities to come of which those who signed up are to be reminded now.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_activities_to_remind(&self, at: DateTime<Utc>) -> Result<Vec<Activity>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM activity a WHERE a.state = 'open' AND a.reminded_at_ms IS NULL
             AND a.remind_at_ms <= $1 AND a.starts_at_ms > $1 ORDER BY a.remind_at_ms, a.id"
        );
        self.rows(&sql, [to_ms(at).into()]).await?.iter().map(read).collect()
    }

    /// The groups in which an activity was published.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_activity_chats(&self, id: ActivityId) -> Result<Vec<ChatId>, StoreError> {
        let sql = "SELECT chat_id FROM activity_chat WHERE activity_id = $1 ORDER BY chat_id";
        self.rows(sql, [id.0.into()]).await?.iter().map(|row| Ok(ChatId(row.try_get_by_index(0)?))).collect()
    }

    /// The activities that were published in a group and are to come or go on.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_activities_of_chat(&self, chat: ChatId) -> Result<Vec<Activity>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM activity a WHERE a.state = 'open'
             AND a.id IN (SELECT activity_id FROM activity_chat WHERE chat_id = $1) ORDER BY a.starts_at_ms, a.number"
        );
        self.rows(&sql, [chat.0.into()]).await?.iter().map(read).collect()
    }

    /// Those who signed up for an activity or came to it, in their turn.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_participants(&self, id: ActivityId) -> Result<Vec<Participant>, StoreError> {
        let sql = format!("SELECT {PARTICIPANT} FROM activity_person p WHERE p.activity_id = $1 ORDER BY p.turn");
        self.rows(&sql, [id.0.into()]).await?.iter().map(|row| read_participant(row, 0)).collect()
    }

    /// How many are what in each of these activities.
    ///
    /// # Errors
    /// The database's.
    pub async fn sum_participants(&self, ids: &[ActivityId]) -> Result<HashMap<ActivityId, Sums>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = format!(
            "SELECT p.activity_id, p.standing, COUNT(*), COUNT(p.came_at_ms) FROM activity_person p
             WHERE p.activity_id IN ({}) GROUP BY p.activity_id, p.standing",
            placeholders(0, ids.len())
        );
        let mut all: HashMap<ActivityId, Sums> = HashMap::new();
        for row in self.rows(&sql, ids.iter().map(|id| Value::from(id.0))).await? {
            let standing: String = row.try_get_by_index(1)?;
            let count = |at: usize| -> Result<usize, StoreError> {
                let value: i64 = row.try_get_by_index(at)?;
                Ok(usize::try_from(value).unwrap_or(0))
            };
            let (all_of, came) = (count(2)?, count(3)?);
            let sums = all.entry(ActivityId(row.try_get_by_index(0)?)).or_default();
            sums.came += came;
            match Standing::read(&standing) {
                Standing::In => sums.signed += all_of,
                Standing::Waiting => {
                    sums.waiting += all_of;
                    sums.walk_ins += came;
                }
                Standing::WalkIn => sums.walk_ins += came,
            }
        }
        Ok(all)
    }

    /// How many of those who came to an activity had come to none of this unit before.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_newcomers(&self, activity: &Activity) -> Result<usize, StoreError> {
        let sql = "SELECT COUNT(*) FROM activity_person p WHERE p.activity_id = $1 AND p.came_at_ms IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM activity_person b JOIN activity o ON o.id = b.activity_id
                        WHERE b.who = p.who AND b.came_at_ms IS NOT NULL AND o.unit_id = $2 AND o.id <> $1
                        AND o.starts_at_ms < $3)";
        let values = [activity.id.0.into(), activity.unit.0.into(), to_ms(activity.starts_at).into()];
        let row = self.row(sql, values).await?;
        let count: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// How many wrong codes somebody has tried for an activity.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_tries(&self, id: ActivityId, who: &str) -> Result<u32, StoreError> {
        let sql = "SELECT tries FROM activity_try WHERE activity_id = $1 AND who = $2";
        let row = self.row(sql, [id.0.into(), who.into()]).await?;
        let tries: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
        Ok(u32::try_from(tries).unwrap_or(u32::MAX))
    }

    /// Everybody who signed up for or came to the activities of some units that begin between two instants, at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub async fn list_attendance(
        &self,
        units: &[UnitId],
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        number: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AttendanceRow>, StoreError> {
        let mut rows = Vec::new();
        let sql = format!(
            "SELECT {COLUMNS}, {PARTICIPANT} FROM activity a JOIN activity_person p ON p.activity_id = a.id
             WHERE a.starts_at_ms >= $1 AND a.starts_at_ms < $2
             AND (CAST($3 AS BIGINT) = 0 OR a.number = $3) ORDER BY a.starts_at_ms, a.number, p.turn"
        );
        for row in self.rows(&sql, [to_ms(from).into(), to_ms(to).into(), number.unwrap_or(0).into()]).await? {
            let activity = read(&row)?;
            if units.contains(&activity.unit) && rows.len() < limit {
                rows.push(AttendanceRow { activity, participant: read_participant(&row, 18)? });
            }
        }
        Ok(rows)
    }
}

/// An activity that is to be published.
#[derive(Clone, Debug)]
pub struct NewActivity {
    /// Everything but its number, which it is given.
    pub activity: Activity,
    /// The groups it is published in.
    pub chats: Vec<ChatId>,
}

impl Tx {
    /// Publishes an activity and gives it the next number.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_activity(&mut self, new: NewActivity, at: DateTime<Utc>) -> Result<Activity, StoreError> {
        let number = self.next_number("activity").await?;
        let activity = Activity { number, ..new.activity };
        let sql = format!(
            "INSERT INTO activity (id, number, unit_id, organiser, organiser_name, club_id, title, place, about, kind, places,
             starts_at_ms, ends_at_ms, closes_at_ms, remind_at_ms, state, published_at_ms, touched) VALUES ({}, 0)",
            placeholders(0, 17)
        );
        let values: [Value; 17] = [
            activity.id.0.into(),
            number.into(),
            activity.unit.0.into(),
            activity.organiser.clone().into(),
            activity.organiser_name.clone().into(),
            activity.club.map(|club| club.0).into(),
            activity.title.clone().into(),
            activity.place.clone().into(),
            activity.about.clone().into(),
            activity.kind.clone().into(),
            activity.places.map(i64::from).into(),
            to_ms(activity.starts_at).into(),
            to_ms(activity.ends_at).into(),
            to_ms(activity.closes_at).into(),
            to_ms(activity.remind_at).into(),
            activity.state.code().into(),
            to_ms(at).into(),
        ];
        self.raw().run(&sql, values).await?;
        for chat in &new.chats {
            let sql = "INSERT INTO activity_chat (activity_id, chat_id) VALUES ($1, $2)";
            self.raw().run(sql, [activity.id.0.into(), chat.0.into()]).await?;
        }
        Ok(activity)
    }

    /// Stores what an activity now says. Who was reminded of another time is reminded again.
    ///
    /// # Errors
    /// The database's.
    pub async fn change_activity(&mut self, now: &Activity) -> Result<(), StoreError> {
        let sql = "UPDATE activity SET reminded_at_ms = CASE WHEN starts_at_ms = $2 THEN reminded_at_ms END,
                   starts_at_ms = $2, ends_at_ms = $3, closes_at_ms = $4, remind_at_ms = $5, place = $6, about = $7, kind = $8,
                   places = $9, touched = touched + 1 WHERE id = $1";
        let values: [Value; 9] = [
            now.id.0.into(),
            to_ms(now.starts_at).into(),
            to_ms(now.ends_at).into(),
            to_ms(now.closes_at).into(),
            to_ms(now.remind_at).into(),
            now.place.clone().into(),
            now.about.clone().into(),
            now.kind.clone().into(),
            now.places.map(i64::from).into(),
        ];
        self.raw().run(sql, values).await?;
        Ok(())
    }

    /// Counts a change that people are told of; `false` where there were as many before.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_activity_changed(&mut self, id: ActivityId, most: u32) -> Result<bool, StoreError> {
        let sql = "UPDATE activity SET changes = changes + 1 WHERE id = $1 AND changes < $2";
        Ok(self.raw().run(sql, [id.0.into(), i64::from(most).into()]).await? == 1)
    }

    /// Ends or cancels an activity; `false` where somebody was faster.
    ///
    /// # Errors
    /// The database's.
    pub async fn settle_activity(
        &mut self,
        id: ActivityId,
        state: ActivityState,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE activity SET state = $2, settled_at_ms = $3 WHERE id = $1 AND state = 'open'";
        Ok(self.raw().run(sql, [id.0.into(), state.code().into(), to_ms(at).into()]).await? == 1)
    }

    /// Notes the record that an activity has made.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_activity_record(&mut self, id: ActivityId, record: RecordId) -> Result<(), StoreError> {
        let sql = "UPDATE activity SET record_id = $2 WHERE id = $1";
        self.raw().run(sql, [id.0.into(), record.0.into()]).await?;
        Ok(())
    }

    /// Notes that those who signed up were reminded; `false` where somebody was faster.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_activity_reminded(&mut self, id: ActivityId, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "UPDATE activity SET reminded_at_ms = $2 WHERE id = $1 AND reminded_at_ms IS NULL AND state = 'open'";
        Ok(self.raw().run(sql, [id.0.into(), to_ms(at).into()]).await? == 1)
    }

    /// The code of an activity: the one it has, or a fresh one of four digits.
    ///
    /// # Errors
    /// The database's.
    pub async fn load_activity_code(&mut self, activity: &Activity) -> Result<String, StoreError> {
        if let Some(code) = &activity.code {
            return Ok(code.clone());
        }
        let code = format!("{:04}", rand::random::<u32>() % 10_000);
        let sql = "UPDATE activity SET code = $2 WHERE id = $1";
        self.raw().run(sql, [activity.id.0.into(), code.clone().into()]).await?;
        Ok(code)
    }

    /// Makes whoever else counts the places of this activity at the same time run again: its row is what they all touch.
    ///
    /// # Errors
    /// The database's.
    pub async fn touch_activity(&mut self, id: ActivityId) -> Result<(), StoreError> {
        self.raw().run("UPDATE activity SET touched = touched + 1 WHERE id = $1", [id.0.into()]).await?;
        Ok(())
    }

    /// Puts somebody behind all the others; `false` where they are on the list already.
    ///
    /// # Errors
    /// The database's.
    pub async fn insert_participant(
        &mut self,
        id: ActivityId,
        one: &Participant,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let sql =
            "INSERT INTO activity_person (activity_id, who, name, chat_id, standing, turn, signed_at_ms, came_at_ms)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let turn = self.new_id();
        let values: [Value; 8] = [
            id.0.into(),
            one.who.clone().into(),
            one.name.clone().into(),
            one.chat.map(|chat| chat.0).into(),
            one.standing.code().into(),
            turn.into(),
            to_ms(at).into(),
            one.came_at.map(to_ms).into(),
        ];
        Ok(self.raw().run(sql, values).await? == 1)
    }

    /// Takes somebody off the list; `false` where they were not on it.
    ///
    /// # Errors
    /// The database's.
    pub async fn delete_participant(&mut self, id: ActivityId, who: &str) -> Result<bool, StoreError> {
        let sql = "DELETE FROM activity_person WHERE activity_id = $1 AND who = $2 AND came_at_ms IS NULL";
        Ok(self.raw().run(sql, [id.0.into(), who.into()]).await? == 1)
    }

    /// Gives somebody who waited a place.
    ///
    /// # Errors
    /// The database's.
    pub async fn move_up(&mut self, id: ActivityId, who: &str) -> Result<(), StoreError> {
        let sql =
            "UPDATE activity_person SET standing = 'in' WHERE activity_id = $1 AND who = $2 AND standing = 'waiting'";
        self.raw().run(sql, [id.0.into(), who.into()]).await?;
        Ok(())
    }

    /// Notes that somebody on the list is there; `false` where that was known.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_came(&mut self, id: ActivityId, who: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql =
            "UPDATE activity_person SET came_at_ms = $3 WHERE activity_id = $1 AND who = $2 AND came_at_ms IS NULL";
        Ok(self.raw().run(sql, [id.0.into(), who.into(), to_ms(at).into()]).await? == 1)
    }

    /// Counts a wrong code. Returns how many there are now.
    ///
    /// # Errors
    /// The database's.
    pub async fn count_try(&mut self, id: ActivityId, who: &str) -> Result<u32, StoreError> {
        let sql = "INSERT INTO activity_try (activity_id, who, tries) VALUES ($1, $2, 1)
                   ON CONFLICT (activity_id, who) DO UPDATE SET tries = activity_try.tries + 1 RETURNING tries";
        let row = self.raw().row(sql, [id.0.into(), who.into()]).await?;
        let tries: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(1);
        Ok(u32::try_from(tries).unwrap_or(u32::MAX))
    }
}
