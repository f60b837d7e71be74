//! The simulator: a platform whose groups are columns on a page of ours.

use std::sync::Arc;

use super::settings::{AccountSettings, SettingsError};
use super::{Adapter, Tools};

/// What the simulator's page shows.
#[derive(Debug, Default)]
pub struct Stage;

/// Builds an account.
pub(super) fn build(settings: &AccountSettings, _tools: &Tools) -> Result<Arc<dyn Adapter>, SettingsError> {
    Err(settings.wrong("platform", "尚未提供"))
}
