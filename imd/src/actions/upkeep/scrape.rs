//! The token with which a monitoring program can read `/metrics` and nothing else.

use crate::actions::{Caller, Core, Done, Token, token_hash};
use crate::store::Setting;
use crate::wire::ScrapeToken;

/// Makes a new token, which is shown once; the previous one becomes invalid.
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

/// Revokes the token.
///
/// # Errors
/// `forbidden`, and as any write.
pub async fn drop_token(core: &Core, caller: &Caller) -> Done<()> {
    caller.must_be_admin()?;
    let act = caller.act(core, "box.scrape_token", String::new(), "taken back".to_owned());
    Ok(core.store.set_by(Setting::ScrapeToken, None, act).await?)
}

/// Is this the valid token?
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
