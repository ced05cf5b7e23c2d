//! The token by which a monitoring program reads `/metrics`, and nothing else.

use crate::actions::{Caller, Core, Done, Token, token_hash};
use crate::store::Setting;
use crate::wire::ScrapeToken;

/// A new one, shown once; the one before is worth nothing any more.
///
/// # Errors
/// `forbidden`, and as any write.
pub async fn make(core: &Core, caller: &Caller) -> Done<ScrapeToken> {
    caller.must_be_admin()?;
    let token = Token::new()?;
    let act = caller.act(core, "box.scrape_token", String::new(), "made".to_owned());
    core.store.set_by(Setting::ScrapeToken, Some(stored(token.reveal())), act).await?;
    Ok(ScrapeToken { token: token.reveal().to_owned() })
}

/// Takes it back.
///
/// # Errors
/// `forbidden`, and as any write.
pub async fn drop_token(core: &Core, caller: &Caller) -> Done<()> {
    caller.must_be_admin()?;
    let act = caller.act(core, "box.scrape_token", String::new(), "taken back".to_owned());
    Ok(core.store.set_by(Setting::ScrapeToken, None, act).await?)
}

/// Is it the one that was made?
///
/// # Errors
/// As any read.
pub async fn is_good(core: &Core, token: &str) -> Done<bool> {
    let good = core.store.setting(Setting::ScrapeToken).await?;
    Ok(token.len() <= 128 && good.is_some_and(|good| good == stored(token)))
}

fn stored(token: &str) -> String {
    blake3::Hash::from_bytes(token_hash(token)).to_hex().to_string()
}
