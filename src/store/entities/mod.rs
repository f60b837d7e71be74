//! The roster's tables as entities. Tables on the way of a message are written with raw statements beside their
//! queries, where the text of each statement is what was measured.

#![expect(unreachable_pub, reason = "the derive wants its model public")]

/// Declares an entity: its table and its columns. The first column is the key.
macro_rules! entity {
    ($module:ident, $table:literal { $($field:ident: $type:ty),+ $(,)? }) => {
        pub(super) mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub id: i64,
                $(pub $field: $type,)+
            }

            #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(unit, "unit" { code: String, name: String, parent_id: Option<i64>, level: String, zone: Option<String>, kind: Option<String> });
entity!(person, "person" { name: String, unit_id: i64, kind: Option<String>, roles: String, team: Option<String>, since_day: Option<Date>, until_day: Option<Date>, successor_of: Option<i64> });
entity!(identity, "identity" { person_id: i64, account: String, external_id: String });
entity!(chat, "chat" { name: String, unit_id: i64, role: String, list_missing: bool, reminders: bool, since_ms: i64, receipts: Option<String> });
entity!(endpoint, "endpoint" { chat_id: i64, account: String, external_id: String, direction: String });
entity!(assignment, "assignment" { person_id: i64, unit_id: i64, kind: String, from_day: Option<Date>, to_day: Option<Date> });
