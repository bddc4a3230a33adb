//! The canonical user id of an account: how S3 names owners.

use lanyard_names::AccountId;
use sha2::{Digest, Sha256};

/// The canonical user id of an account: 64 hexadecimal digits, always the same for the same account.
///
/// In AWS it is a number nobody can work out. Here it is a hash of the account id, so that nothing has to be kept
/// and each node answers alike; whoever knows one knows the other, and neither is a secret.
pub(crate) fn canonical_user_id(account: AccountId) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"lanyard canonical user id 1\n");
    hasher.update(account.to_string().as_bytes());
    data_encoding::HEXLOWER.encode(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use lanyard_names::AccountId;

    use super::canonical_user_id;

    #[test]
    fn it_is_64_digits_and_each_account_has_its_own() {
        let of = |text| canonical_user_id(AccountId::parse(text).unwrap());
        assert_eq!(of("111122223333").len(), 64);
        assert_eq!(of("111122223333"), of("111122223333"));
        assert_ne!(of("111122223333"), of("444455556666"));
    }
}
