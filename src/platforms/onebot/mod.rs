//! OneBot v11: QQ groups through NapCat and its like.

use std::sync::Arc;

use super::settings::{AccountSettings, SettingsError};
use super::{Adapter, Tools};

/// Builds an account.
pub(super) fn build(settings: &AccountSettings, _tools: &Tools) -> Result<Arc<dyn Adapter>, SettingsError> {
    Err(settings.wrong("platform", "尚未提供"))
}
