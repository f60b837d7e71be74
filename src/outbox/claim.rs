//! Taking messages that are due: one write that finds them, routes them, keeps to the rates and leases them.
//!
//! Every claim writes its destination's row of send times. Two replicas that claim for one destination at the same
//! time therefore conflict, and the one that comes second looks again: together they never exceed a limit.

use std::borrow::Cow;
use std::sync::Arc;

use super::fallback;
use super::render;
use super::route::{Needs, NoRoute, Route, route};
use super::throttle;
use crate::clock::{Clock, to_ms};
use crate::config::DeliveryConfig;
use crate::domain::id::OutboxId;
use crate::error::Fault;
use crate::platforms::{Accounts, Adapter, Destination};
use crate::seal::Seal;
use crate::store::{Lease, OutboxRow, Settled, Target, Tx};
use crate::templates::Templates;

/// A message that cannot be routed waits this long for somebody to change the roster or the configuration.
const UNROUTABLE_SPACING_MS: i64 = 10 * 60 * 1_000;

/// How many due messages are looked at for each one that can be taken: those that must wait leave the list.
const LOOKED_AT_PER_FREE: usize = 16;

/// What a claim needs to know. Shared, because a write may run more than once.
pub(super) struct Claim {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) accounts: Accounts,
    pub(super) templates: Arc<Templates>,
    pub(super) seal: Option<Arc<Seal>>,
    pub(super) config: DeliveryConfig,
    pub(super) owner: String,
    /// How many may be taken.
    pub(super) free: usize,
}

/// A leased message and where it goes.
pub(super) struct Job {
    pub(super) row: OutboxRow,
    pub(super) route: Route,
    pub(super) adapter: Arc<dyn Adapter>,
    /// The name under which the destination's send times are kept.
    pub(super) key: String,
    /// The send time that was noted for it.
    pub(super) claimed_at_ms: i64,
}

impl Job {
    /// The account that logs and metrics name. Not that of somebody who asked anonymously: where few are on a platform, it
    /// would say much.
    pub(super) fn shown_account(&self) -> &str {
        match self.row.target {
            Target::Sealed { .. } => "sealed",
            _ => &self.route.account,
        }
    }

    /// What is stored and logged of an error. A platform may repeat the address in it.
    pub(super) fn shown_error(&self, error: String) -> String {
        let address = match &self.route.to {
            Destination::User(id) | Destination::Group(id) => id,
        };
        let tells = matches!(self.row.target, Target::Sealed { .. }) && error.contains(address.as_str());
        if tells { "平台没有收下（原话含有去处，不记录）".to_owned() } else { error }
    }
}

/// What a claim came to. Counted only after the commit.
#[derive(Default)]
pub(super) struct Claimed {
    pub(super) jobs: Vec<Job>,
    /// Leases whose holder did not come back.
    pub(super) reclaimed: u64,
    /// Messages that nobody would want any more.
    pub(super) expired: u64,
    /// Messages whose sender went missing too often.
    pub(super) exhausted: u64,
    /// Messages without a way to go, and why.
    pub(super) unroutable: Vec<(OutboxId, NoRoute)>,
    /// When the next of those that wait for their instant is due.
    pub(super) next_due_ms: Option<i64>,
}

impl Claim {
    /// Runs inside a write.
    pub(super) async fn run(&self, tx: &mut Tx) -> Result<Claimed, Fault> {
        let now_ms = to_ms(self.clock.now());
        let mut claimed = Claimed {
            reclaimed: tx.reclaim_outbox(now_ms).await?,
            expired: tx.expire_outbox(now_ms).await?,
            ..Claimed::default()
        };
        let looked_at = u32::try_from(self.free * LOOKED_AT_PER_FREE).unwrap_or(u32::MAX);
        for row in tx.db().await?.list_due_outbox(now_ms, looked_at).await? {
            if claimed.jobs.len() >= self.free {
                break;
            }
            self.take(tx, row, now_ms, &mut claimed).await?;
        }
        claimed.next_due_ms = tx.db().await?.next_outbox_due(now_ms).await?;
        Ok(claimed)
    }

    async fn take(&self, tx: &mut Tx, row: OutboxRow, now_ms: i64, claimed: &mut Claimed) -> Result<(), Fault> {
        let lease_ms = i64::try_from(self.config.lease_ms).unwrap_or(i64::MAX);
        let lease = Lease { owner: self.owner.clone(), until_ms: now_ms.saturating_add(lease_ms) };
        if row.attempts >= self.config.max_attempts {
            // it never came to an answer: perhaps it is what ends the process each time
            if tx.lease_outbox(row.id, &lease).await? {
                let error = row.error.unwrap_or_else(|| "尝试次数太多".to_owned());
                tx.settle_outbox(row.id, &self.owner, &Settled::Dead { error }, now_ms).await?;
                fallback::tell(tx, row.id, now_ms).await?;
                claimed.exhausted += 1;
            }
            return Ok(());
        }
        let abilities = |account: &str| self.accounts.get(account).map(|adapter| adapter.abilities());
        let way = self
            .opened(&row.target)
            .and_then(|target| route(&tx.directory(), abilities, &target, self.needs(&row)))
            .and_then(|way| Ok((self.accounts.get(&way.account).ok_or(NoRoute::NoAccount)?.clone(), way)));
        let (adapter, way) = match way {
            Ok(found) => found,
            Err(why) => {
                tx.postpone_outbox(row.id, now_ms + UNROUTABLE_SPACING_MS, Some(&why.to_string())).await?;
                // it goes on waiting for a way; meanwhile whoever it is for hears that it is there
                fallback::tell(tx, row.id, now_ms).await?;
                claimed.unroutable.push((row.id, why));
                return Ok(());
            }
        };
        let key = match &row.target {
            // send times under the address would tell whom this message went to
            Target::Sealed { mark, .. } => format!("sealed|{mark}"),
            _ => way.key(),
        };
        let pace = throttle::pace(adapter.limits(), self.config.per_minute);
        let mut sends = tx.db().await?.find_throttle(&key).await?.unwrap_or_default();
        let at_ms = throttle::next_allowed(&sends, &pace, now_ms);
        if at_ms > now_ms {
            tx.postpone_outbox(row.id, at_ms, None).await?;
            return Ok(());
        }
        if tx.lease_outbox(row.id, &lease).await? {
            throttle::record(&mut sends, &pace, now_ms);
            tx.save_throttle(&key, &sends).await?;
            claimed.jobs.push(Job { row, route: way, adapter, key, claimed_at_ms: now_ms });
        }
        Ok(())
    }

    /// For whom it is, told by who has the key.
    fn opened<'t>(&self, target: &'t Target) -> Result<Cow<'t, Target>, NoRoute> {
        let Target::Sealed { sealed, .. } = target else { return Ok(Cow::Borrowed(target)) };
        let opened = self.seal.as_ref().and_then(|seal| seal.open_address(sealed).ok()).ok_or(NoRoute::Shut)?;
        Ok(Cow::Owned(Target::Address { account: opened.account, group: None, user: opened.user }))
    }

    /// What a message needs is seen once it is rendered; which words it has on which platform does not matter here.
    fn needs(&self, row: &OutboxRow) -> Needs {
        // one that cannot be rendered is found out when it is delivered
        render::message(&self.templates, self.seal.as_deref(), row, "")
            .map_or(Needs::default(), |message| Needs::of(&message))
    }
}
