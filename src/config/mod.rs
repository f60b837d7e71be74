//! The configuration: `default.toml` (embedded; it is the reference) ← a file ← the environment.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono_tz::Tz;
use config::{Environment, File, FileFormat};
use serde::Deserialize;

use crate::platforms::settings::{AccountSettings, Secrets};
use crate::store::DatabaseConfig;

/// The reference of all settings.
pub const DEFAULT: &str = include_str!("default.toml");

/// The name of the key that is made beside a SQLite database.
const SEAL_KEY: &str = "seal.key";

/// What `cargo run` without a configuration lays over the defaults: the simulator and the sample county.
const TRYOUT: &str = "[simulator]\nenabled = true\nsample = true\n";

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// `[server]`
    pub server: ServerConfig,
    /// `[database]`
    pub database: DatabaseConfig,
    /// `[policy]`
    pub policy: PolicyConfig,
    /// `[delivery]`
    pub delivery: DeliveryConfig,
    /// `[schedule]`
    pub schedule: ScheduleConfig,
    /// `[photos]`
    pub photos: PhotosConfig,
    /// `[charts]`
    pub charts: ChartsConfig,
    /// `[privacy]`
    pub privacy: PrivacyConfig,
    /// `[console]`
    pub console: ConsoleConfig,
    /// `[simulator]`
    pub simulator: SimulatorConfig,
    /// `[[account]]`
    #[serde(default)]
    pub account: Vec<AccountSettings>,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Our address as others see it.
    pub public_url: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// `[policy]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConfig {
    /// A built-in policy.
    pub preset: String,
    /// A policy file; wins over the preset.
    pub file: String,
    /// A folder of templates laid over the embedded ones.
    pub templates: String,
    /// A table of holidays laid over the embedded one.
    pub holidays: String,
}

/// `[delivery]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryConfig {
    /// Longest call to a platform.
    pub request_timeout_ms: u64,
    /// How long a worker may hold a message.
    pub lease_ms: u64,
    /// Attempts before a message is dead.
    pub max_attempts: u32,
    /// Messages sent at the same time.
    pub workers: usize,
    /// Messages a minute to one destination, where the platform does not ask for less.
    pub per_minute: u32,
}

/// `[schedule]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleConfig {
    /// Whether this process ticks.
    pub enabled: bool,
    /// The zone of units that say nothing else.
    pub zone: Tz,
    /// How often it ticks.
    pub tick_ms: u64,
}

/// `[photos]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhotosConfig {
    /// Whether pictures of records are fetched and kept.
    pub keep: bool,
    /// Kept pictures are made so small that their longer side has at most so many pixels.
    pub longest_side_px: u32,
    /// Larger ones are not fetched.
    pub max_bytes: usize,
    /// So many days they are kept.
    pub keep_days: u32,
}

/// `[charts]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartsConfig {
    /// A font file with Chinese characters; empty: the usual places are looked at.
    pub font: String,
}

/// `[privacy]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivacyConfig {
    /// Tries at an event before it is dead.
    pub max_event_attempts: i32,
    /// The file with the key that seals who asked anonymously; one key a line. Empty: beside a SQLite database.
    pub seal_key_file: String,
    /// The key itself, or the new and the old one; instead of a file.
    #[serde(default)]
    pub seal_key: Secrets,
    /// Whether two people of different units together, with a reason, may find out who asked anonymously.
    pub reveal: bool,
}

/// `[console]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsoleConfig {
    /// Whether it is served.
    pub enabled: bool,
}

/// `[simulator]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulatorConfig {
    /// Whether it is served.
    pub enabled: bool,
    /// Whether an empty database gets the sample county.
    pub sample: bool,
}

impl Settings {
    /// Reads the settings: defaults, then the file (or the try-out settings where there is none), then the environment.
    ///
    /// # Errors
    /// One sentence with the key and what to write instead.
    pub fn load(file: Option<&Path>) -> Result<Self, anyhow::Error> {
        let builder = config::Config::builder().add_source(File::from_str(DEFAULT, FileFormat::Toml));
        let builder = match file {
            Some(path) => {
                let text =
                    std::fs::read_to_string(path).with_context(|| format!("读不了配置文件 {}", path.display()))?;
                builder.add_source(File::from_str(&text, FileFormat::Toml))
            }
            None => builder.add_source(File::from_str(TRYOUT, FileFormat::Toml)),
        };
        let environment = Environment::with_prefix("TUANQING").prefix_separator("__").separator("__").try_parsing(true);
        let mut settings: Self =
            builder.add_source(environment).build().and_then(config::Config::try_deserialize).with_context(|| {
                match file {
                    Some(path) => format!("配置有误（{}）；全部设置见 README 的“配置”一节", path.display()),
                    None => "配置有误；请检查 TUANQING__ 开头的环境变量".to_owned(),
                }
            })?;
        let base = file.and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        for account in &mut settings.account {
            account.read_files(&base)?;
        }
        if settings.simulator.enabled && !settings.account.iter().any(|account| account.platform == "simulator") {
            settings.account.push(AccountSettings {
                name: "simulator".to_owned(),
                platform: "simulator".to_owned(),
                keys: toml::Table::new(),
            });
        }
        let policy = &mut settings.policy;
        let paths = [
            &mut policy.file,
            &mut policy.templates,
            &mut policy.holidays,
            &mut settings.charts.font,
            &mut settings.privacy.seal_key_file,
        ];
        for path in paths {
            if !path.is_empty() {
                *path = base.join(&*path).to_string_lossy().into_owned();
            }
        }
        settings.validate()?;
        Ok(settings)
    }

    /// What can be checked without a database.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn validate(&self) -> Result<(), anyhow::Error> {
        if self.simulator.enabled && !self.server.listen.ip().is_loopback() {
            bail!(
                "模拟器打开时只能监听本机地址（现在是 {}）：谁能打开模拟器，谁就能冒充任何人。\
                 请把 [simulator] enabled 设为 false，或把 [server] listen 改成 127.0.0.1",
                self.server.listen
            );
        }
        if !self.simulator.enabled && self.account.iter().any(|account| account.platform == "simulator") {
            bail!("有 platform = \"simulator\" 的账号，但 [simulator] enabled 没有打开");
        }
        if self.delivery.lease_ms < 2 * self.delivery.request_timeout_ms {
            bail!(
                "[delivery] lease_ms（{}）至少要是 request_timeout_ms（{}）的两倍，否则同一条消息会被发两次",
                self.delivery.lease_ms,
                self.delivery.request_timeout_ms
            );
        }
        if self.delivery.workers == 0 || self.delivery.per_minute == 0 || self.delivery.max_attempts == 0 {
            bail!("[delivery] workers、per_minute、max_attempts 都至少是 1");
        }
        if self.schedule.tick_ms == 0 {
            bail!("[schedule] tick_ms 至少是 1");
        }
        if !(200..=4_096).contains(&self.photos.longest_side_px) {
            bail!("[photos] longest_side_px 要在 200 和 4096 之间（现在是 {}）", self.photos.longest_side_px);
        }
        if !(65_536..=52_428_800).contains(&self.photos.max_bytes) {
            bail!("[photos] max_bytes 要在 65536（64 KB）和 52428800（50 MB）之间（现在是 {}）", self.photos.max_bytes);
        }
        if !(1..=3_650).contains(&self.photos.keep_days) {
            bail!(
                "[photos] keep_days 要在 1 和 3650 之间（现在是 {}）；不想保存照片就把 keep 设为 false",
                self.photos.keep_days
            );
        }
        if !self.privacy.seal_key.is_empty() && !self.privacy.seal_key_file.is_empty() {
            bail!("[privacy] seal_key 和 seal_key_file 只写一个");
        }
        // whether it is there and fit is seen when it is needed: a font that is gone must not keep anybody from starting
        let ending = Path::new(&self.charts.font).extension().unwrap_or_default().to_ascii_lowercase();
        if !self.charts.font.is_empty() && !["ttf", "ttc", "otf", "otc"].iter().any(|one| ending == *one) {
            bail!(
                "[charts] font 要写 .ttf、.ttc 或 .otf 字体文件的路径（现在是 {}）；留空就在常见的地方找",
                self.charts.font
            );
        }
        for account in &self.account {
            let plain = account.name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            if account.name.is_empty() || !plain {
                bail!("账号名「{}」只能用字母、数字、- 和 _，它是回调地址的一部分", account.name);
            }
        }
        Ok(())
    }

    /// Where the key of the seal lies; `None` where it stands in the configuration itself, and on PostgreSQL where nothing
    /// is configured: its replicas must share one, which none of them can make.
    pub fn seal_key_path(&self) -> Option<PathBuf> {
        if !self.privacy.seal_key.is_empty() {
            return None;
        }
        if !self.privacy.seal_key_file.is_empty() {
            return Some(PathBuf::from(&self.privacy.seal_key_file));
        }
        self.database.file().map(|file| file.with_file_name(SEAL_KEY))
    }

    /// A path of `[policy]`, where one is set.
    pub fn policy_path(path: &str) -> Option<PathBuf> {
        (!path.is_empty()).then(|| PathBuf::from(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Settings, anyhow::Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.toml");
        std::fs::write(&path, text).unwrap();
        Settings::load(Some(&path))
    }

    #[test]
    fn without_a_file_the_simulator_is_on_and_with_one_it_is_off() {
        assert!(Settings::load(None).unwrap().simulator.enabled);
        assert!(!load("").unwrap().simulator.enabled);
    }

    #[test]
    fn the_simulator_never_leaves_the_machine() {
        let error = load("[server]\nlisten = \"0.0.0.0:8080\"\n[simulator]\nenabled = true").unwrap_err();
        assert!(error.to_string().contains("本机地址"), "{error}");
        assert!(load("[server]\nlisten = \"[::1]:8080\"\n[simulator]\nenabled = true").is_ok());
    }

    #[test]
    fn unknown_keys_and_short_leases_are_refused() {
        assert!(load("[server]\nlistne = \"127.0.0.1:1\"").is_err());
        assert!(load("[delivery]\nlease_ms = 9000").unwrap_err().to_string().contains("两倍"));
        for line in ["longest_side_px = 0", "max_bytes = 10", "keep_days = 0"] {
            let error = load(&format!("[photos]\n{line}")).unwrap_err().to_string();
            assert!(error.contains(line.split(' ').next().unwrap()), "{error}");
        }
        let error = load("[charts]\nfont = \"微米黑\"").unwrap_err().to_string();
        assert!(error.contains("[charts] font"), "{error}");
        assert!(load("[[account]]\nname = \"a b\"\nplatform = \"onebot\"").unwrap_err().to_string().contains("账号名"));
    }
}
