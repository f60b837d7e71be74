//! Words that stand in the database, in policy files and on the screen: one list for all three.

/// Declares an enum with one code for the database and the policy file and one word for people, and the synonyms under
/// which a workbook may name it.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $title:literal $(| $also:literal)*;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every value, in the order of this page.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code in the database, in policy files and in CSV files.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The word for people.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// Reads a code, the word for people, or a synonym.
            pub fn read(text: &str) -> Option<Self> {
                match text.trim() {
                    $($code | $title $(| $also)* => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// The words a person may write, for a message that names a wrong cell.
            pub fn choices() -> String {
                Self::ALL.iter().map(|one| one.title()).collect::<Vec<_>>().join("、")
            }
        }
    };
}

pub(super) use vocabulary;
