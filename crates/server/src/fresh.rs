//! New identifiers and secrets, from the system's entropy.

use getrandom::Error;
use lanyard_names::{AccessKeyId, AccountId, IdKind, KeyKind, UniqueId};
use zeroize::Zeroizing;

/// A random account id. Never one with leading zeros, which spreadsheets and careless programs lose.
pub(crate) fn account_id() -> Result<AccountId, Error> {
    const FIRST: u64 = 100_000_000_000;
    const COUNT: u64 = 900_000_000_000;
    loop {
        if let Some(account) = AccountId::from_u64(FIRST + getrandom::u64()? % COUNT) {
            return Ok(account);
        }
    }
}

/// A long-term access key id of an account.
pub(crate) fn access_key_id(account: AccountId) -> Result<AccessKeyId, Error> {
    Ok(AccessKeyId::from_entropy(
        KeyKind::LongTerm,
        account,
        getrandom::u64()?,
    ))
}

/// A unique id of an entity.
pub(crate) fn unique_id(kind: IdKind) -> Result<UniqueId, Error> {
    let mut entropy = [0u8; 16];
    getrandom::fill(&mut entropy)?;
    Ok(UniqueId::from_entropy(kind, entropy))
}

/// A secret access key: forty characters of base64, 240 bits.
pub(crate) fn secret_access_key() -> Result<Zeroizing<String>, Error> {
    let mut bytes = Zeroizing::new([0u8; 30]);
    getrandom::fill(bytes.as_mut())?;
    Ok(Zeroizing::new(data_encoding::BASE64.encode(bytes.as_ref())))
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_made_belongs_together() {
        let account = super::account_id().unwrap();
        assert_eq!(account.to_string().len(), 12);
        assert_eq!(super::access_key_id(account).unwrap().account(), account);
        assert_eq!(super::secret_access_key().unwrap().len(), 40);
    }
}
